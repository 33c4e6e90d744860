/** The list without the items that match. Returns the same list if no item matches. */
export function reject<Item>(list: readonly Item[], matches: (item: Item) => boolean): readonly Item[] {
  return list.some(matches) ? list.filter((item) => !matches(item)) : list
}
