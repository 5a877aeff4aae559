/** `remediation.approved` as words: `Remediation approved`. */
export const actionInWords = (action: string): string => {
  const words = action.replaceAll(/[._]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** What is commonly audited, to choose from; an address may name any other. */
export const auditActions: readonly string[] = [
  'incident.created',
  'incident.status_changed',
  'investigation.dispatched',
  'investigation.completed',
  'investigation.aborted',
  'investigation.context_added',
  'investigation.known_solution_decided',
  'investigation.feedback_submitted',
  'remediation.proposed',
  'remediation.approved',
  'remediation.rejected',
  'remediation.expired',
  'remediation.executing',
  'remediation.executed',
  'remediation.failed',
  'remediation.feedback_submitted',
  'access.refused',
];

/** The entries as they came, one a line, their hashes with them. */
export const toJsonLines = (items: readonly object[]): string =>
  items.map((item) => `${JSON.stringify(item)}\n`).join('');
