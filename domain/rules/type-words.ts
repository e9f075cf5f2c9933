/** Messages for further errors of the type check in cel-js, by its codes. */
const byCode: Readonly<Record<string, string>> = {
  no_such_overload: 'its sides are not of one kind',
  no_matching_overload: 'the function does not take these values',
  invalid_logical_operand: '&& and || join what is true or false',
  invalid_condition_type: 'what stands before ? is true or false',
  incompatible_ternary_branches: 'both results of ? : must be of one kind',
  unknown_variable: 'the name is not known',
  heterogeneous_list: 'the values of a list are all of one kind',
  invalid_comprehension_range: 'nothing loops in a condition',
  invalid_macro_argument: 'nothing loops in a condition',
};

/** Our own message for a part that the type check refuses. */
export const wordsOfType = (code: string | undefined): string =>
  (code !== undefined && Object.hasOwn(byCode, code) && byCode[code]) ||
  'its parts do not fit together';
