import type { Story } from '../market.js';
import { mover, newlyWed, newPhone, privatePerson, secondCard, traveller } from './changed.js';
import * as everyday from './everyday.js';
import * as far from './far.js';
import * as homes from './homes.js';

/** Each kind of honest customer, with its share of the measured honest orders in percent. */
export const honestKinds: readonly (readonly [name: string, Story, share: number])[] = [
  ['regular', everyday.regular, 20.5],
  ['app_shopper', everyday.appShopper, 8],
  ['passing_guest', everyday.passingGuest, 10.5],
  ['newcomer', everyday.newcomer, 7],
  ['gift_sender', everyday.giftSender, 6],
  ['ship_to_store', everyday.shipToStore, 5],
  ['in_store', everyday.inStore, 4.5],
  ['caller', everyday.caller, 3],
  ['sale_rusher', everyday.saleRusher, 2.5],
  ['employee', everyday.employee, 1.5],
  ['traveller', traveller, 3],
  ['mover', mover, 2.5],
  ['new_phone', newPhone, 3],
  ['private_person', privatePerson, 3],
  ['newly_wed', newlyWed, 0.8],
  ['second_card', secondCard, 0.7],
  ['student', far.student, 2.5],
  ['corporate', far.corporate, 1.5],
  ['legal_reseller', far.legalReseller, 0.8],
  ['abroad', far.abroadCustomer, 1.7],
  ['box_holder', far.boxHolder, 1.2],
  ['wedding_guest', far.weddingGuests, 1.2],
  ['household', homes.household, 3],
  ['tower', homes.tower, 1],
  ['late_starter', homes.lateStarter, 1.3],
  ['big_spender', homes.bigSpender, 1.8],
  ['prepaid_payer', homes.prepaidPayer, 0.8],
  ['gift_card_sender', homes.giftCardSender, 1],
  ['separated', homes.separated, 0.7],
];
