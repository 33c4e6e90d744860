/** The id of the text field, for what leads the focus to it. */
export const composerId = 'composer'
