const english = new Intl.NumberFormat('en');

/** With commas between the thousands. One formatter for all: `toLocaleString` looks for one each time. */
export const formatNumber = (value: number): string => english.format(value);
