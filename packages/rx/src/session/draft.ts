import type { ChatError, Message, StorageOption } from '@parley/core'
import { defer, merge, type Observable, switchMap } from 'rxjs'
import type { ChatStorage } from '../conversation/conversation-options.ts'
import { createStoredText, type StoredText } from '../storage/stored-value.ts'
import { createMutex } from '../time/mutex.ts'
import { createState, type State } from '../time/state.ts'
import type { Identity } from './identity.ts'
import type { SessionConversation } from './session-conversation.ts'

/** The unsent text of a conversation. */
export interface DraftState {
  readonly text: string
  /** The number of messages that `send` has sent and that are in flight. */
  readonly sending: number
  /** Why `send` restored the text of the last message. */
  readonly error: ChatError | undefined
}

/** The draft of a conversation. Kept in the storage while it is not empty. */
export interface Draft {
  /** Restores the text from the storage on the first subscription. Replays the latest value. */
  readonly state$: Observable<DraftState>
  readonly state: DraftState
  setText: (text: string) => void
  /**
   * Sends the text and clears the draft. Does nothing if the text is blank or no user is connecting.
   *
   * @throws ChatError if the server rejects the message, which is then `failed` in its conversation. If the current
   * conversation was deleted, the draft contains the text again, and the error.
   */
  send: (options?: Parameters<SessionConversation['send']>[1]) => Promise<Message | undefined>
}

/** A draft that can move to another conversation. */
export interface MovableDraft extends Draft {
  change: (change: Partial<DraftState>) => void
}

const initial: DraftState = { text: '', sending: 0, error: undefined }

export interface DraftOptions {
  storage: StorageOption<ChatStorage> | undefined
  /** The id of the conversation. Empty for the current conversation, while its id is unknown. */
  id: string
  conversation: SessionConversation
}

export function createDraft(
  { url = '', owner$ }: Identity,
  { storage, id, conversation }: DraftOptions,
): MovableDraft {
  const latest = createState(initial)
  const runExclusive = createMutex()
  let stored: StoredText | undefined
  let wasChanged = false
  let isStarted = false

  /** Moves the draft to the storage item of a newly known owner, or restores the draft stored there. */
  async function setOwner(owner: string): Promise<void> {
    const previous = stored
    const own = createStoredText(storage, `parley:draft:${url}:${owner}:${id}`)
    const text = wasChanged ? '' : await own.read()
    stored = own
    // The user may have typed in the meantime.
    if (wasChanged) {
      void own.write(latest.value.text)
      void previous?.write('')
    } else if (text) change({ text })
  }

  function start(): void {
    if (isStarted) return
    isStarted = true
    owner$.value$.subscribe((owner) => owner !== undefined && void runExclusive(() => setOwner(owner)))
  }

  function change(next: Partial<DraftState>): void {
    start()
    if (next.text !== undefined) {
      wasChanged = true
      void stored?.write(next.text)
    }
    latest.next({ ...latest.value, ...next })
  }

  const own = {
    get state() {
      return latest.value
    },
    change,
  }
  const state$ = defer(() => {
    start()
    return latest.value$
  })
  return addActions({ conversation, state$, getDraft: () => own })
}

export interface CurrentDraftOptions {
  /** The draft while the id of the current conversation is unknown. */
  unassigned: MovableDraft
  conversation: SessionConversation
  id$: State<string | undefined>
  /** Looks up the current conversation while subscribed. */
  lookup$: Observable<never>
  getDraft: (id: string) => MovableDraft
}

/** The draft of the current conversation. Text that was typed before its id was known moves to the draft of that id. */
export function createCurrentDraft(options: CurrentDraftOptions): MovableDraft {
  const { unassigned, conversation, id$, lookup$, getDraft } = options
  const getTarget = (): MovableDraft => (id$.value ? getDraft(id$.value) : unassigned)
  let previous = unassigned

  function moveFrom(source: MovableDraft): void {
    const target = getTarget()
    const { text, sending } = source.state
    // Only messages that were sent without an id move with the text.
    const moved = source === unassigned ? sending : 0
    if (target === source || !(text || moved)) return
    source.change({ ...(text && { text: '' }), sending: sending - moved })
    const { state } = target
    target.change({ ...(text && { text: join(state.text, text) }), sending: state.sending + moved })
  }

  id$.value$.subscribe(() => {
    moveFrom(previous)
    previous = getTarget()
  })

  const state$ = merge(
    id$.value$.pipe(switchMap(() => getTarget().state$)),
    // The stored draft may load later.
    unassigned.state$.pipe(
      switchMap(() => {
        moveFrom(unassigned)
        return []
      }),
    ),
    lookup$,
  )
  return addActions({ conversation, state$, getDraft: getTarget })
}

function addActions({
  conversation,
  state$,
  getDraft,
}: {
  conversation: SessionConversation
  state$: Observable<DraftState>
  /** The draft to change now. */
  getDraft: () => Pick<MovableDraft, 'state' | 'change'>
}): MovableDraft {
  async function send(options?: Parameters<Draft['send']>[0]): Promise<Message | undefined> {
    const draft = getDraft()
    const { text } = draft.state
    if (!text.trim() || !conversation.getOpened()) return undefined
    const sending = conversation.send({ type: 'text', text }, options)
    draft.change({ text: '', error: undefined, sending: draft.state.sending + 1 })
    try {
      return await sending
    } catch (cause) {
      const error = cause as ChatError
      const { state, change } = getDraft()
      if (conversation.isReplacedAfter?.(error)) change({ error, text: join(text, state.text) })
      throw error
    } finally {
      // Its count may have moved.
      const { state, change } = draft.state.sending > 0 ? draft : getDraft()
      change({ sending: Math.max(0, state.sending - 1) })
    }
  }

  return {
    state$,
    get state() {
      return getDraft().state
    },
    change: (change) => getDraft().change(change),
    setText: (text) => getDraft().change({ text }),
    send(options) {
      const sending = send(options)
      // Prevents an unhandled rejection; the message in its conversation contains the error.
      sending.catch(() => {})
      return sending
    },
  }
}

const join = (...texts: string[]): string => texts.filter(Boolean).join('\n')
