import { portsOfPage, type TabEnvironment } from './tab-environment.ts'
import { shareTabMarks } from './tab-marks.ts'
import { joinTabOutbox } from './tab-outbox.ts'
import { createTabStream } from './tab-stream.ts'
import type { Tabs } from './tabs.ts'

/**
 * Lets the tabs of one user on one server share a connection and, conversation by conversation, what is unsent. Pages do so by
 * themselves; elsewhere, as in workers, pass it as the option `tabs`.
 *
 * One tab has the connection, where the server has a stream of all conversations, and tells the others; when it closes, another
 * goes on from the last signal it heard. What is unsent is shown in all, sent by one, and taken over when that one closes.
 *
 * @throws DOMException where the page may not open channels, as in some frames of other sites.
 * @param ports - Locks, channels and time other than the page's, for tests.
 */
export function shareTabs(ports: Partial<TabEnvironment> = {}): Tabs {
  const all = { ...portsOfPage(), ...ports }
  // A page without a right to storage may have none: better to know before a message waits for one.
  all.openChannel('parley').close()
  return {
    shareStream: (me, { own, place }) =>
      createTabStream(all, { name: `parley:stream:${me.url}:${me.user.id}`, me, own, place }),
    joinOutbox(me, outbox) {
      const { conversationId } = outbox.state()
      return joinTabOutbox(all, `parley:outbox:${me.url}:${me.user.id}:${conversationId}`, outbox)
    },
    shareMarks: (name, own$) => shareTabMarks(all, name, own$),
  }
}
