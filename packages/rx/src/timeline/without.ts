/** A list without some of its items: the same list where it has none of them. */
export function without<Item>(list: readonly Item[], isGone: (item: Item) => boolean): readonly Item[] {
  return list.some(isGone) ? list.filter((each) => !isGone(each)) : list
}
