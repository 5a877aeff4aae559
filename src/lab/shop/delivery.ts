import type { Fields } from '../runtime/fields.ts';

const ZONES = new Map([
  ['DE', 1],
  ['FR', 1],
  ['NL', 1],
  ['PT', 2],
  ['IT', 2],
  ['US', 3],
]);

/** What a parcel's label says; a delivery that nobody thought of is an error of this code, not a refusal. */
export const labelOf = (delivery: Fields): string => {
  const country = delivery.text('country');
  const zone = ZONES.get(country);
  if (zone === undefined) throw new Error(`no shipping zone for country ${country}`);
  const grams = delivery.number('grams');
  if (grams <= 0) throw new Error(`weight ${grams} g is out of range`);
  const day = new Date(delivery.text('notBefore'));
  return `${country}${zone}-${Math.ceil(grams / 500)}-${day.toISOString().slice(0, 10)}`;
};
