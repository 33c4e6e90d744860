/** The id of the text field, for moving the focus to it. */
export const composerId = 'composer'
