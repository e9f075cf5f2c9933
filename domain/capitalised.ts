/** The name with a capital first letter: `sardine` as in `checkSardine`. */
export const capitalised = <Name extends string>(name: Name) =>
  `${name.charAt(0).toUpperCase()}${name.slice(1)}` as Capitalize<Name>;
