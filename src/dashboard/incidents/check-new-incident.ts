import { formatNumber } from '../ui/format-number.ts';

const DESCRIPTION_SHORTEST = 10;
export const DESCRIPTION_LONGEST = 4_000;

type Problems = { title?: string; description?: string };

/** What keeps an incident from being opened, in words. */
export const checkNewIncident = ({ title, description }: { title: string; description: string }): Problems => {
  const length = description.trim().length;
  return {
    ...(title.trim() === '' && { title: 'An incident needs a title.' }),
    ...(length < DESCRIPTION_SHORTEST && {
      description: `At least ${DESCRIPTION_SHORTEST} characters; ${DESCRIPTION_SHORTEST - length} to go.`,
    }),
    ...(length > DESCRIPTION_LONGEST && {
      description: `At most ${formatNumber(DESCRIPTION_LONGEST)} characters.`,
    }),
  };
};
