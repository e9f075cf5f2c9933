/** A card number that card networks and processors publish for tests: it belongs to nobody. */
export interface TestCard {
  readonly cardType: string;
  readonly cardNumber: string;
}

const numbered = (cardType: string, numbers: readonly string[]): TestCard[] =>
  numbers.map((cardNumber) => ({ cardType, cardNumber }));

export const testCards: readonly TestCard[] = [
  ...numbered('visa', ['4111111111111111', '4012888888881881', '4242424242424242']),
  ...numbered('mastercard', ['5555555555554444', '5105105105105100', '2223003122003222']),
  ...numbered('amex', ['378282246310005', '371449635398431']),
  ...numbered('discover', ['6011111111111117', '6011000990139424']),
];
