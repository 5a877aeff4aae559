/** A link that covers its row, which has to be `relative`: the whole of it is pressed, and shows the focus. */
export const rowLink =
  'no-underline after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-accent focus-visible:after:-outline-offset-2';
