/** A request as the API's published documentation prints it. */
export interface PrintedRequest {
  readonly title: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Behind the host; placeholders stand as they are printed. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** The one snippet that sends a body. Every other sends none, also where its content-type says JSON. */
  readonly json?: unknown
}

const reading = { accept: 'application/json' }
const writing = { accept: 'application/json', 'content-type': 'application/json' }

/** The 21 requests of the Chat API's reference, in its order. */
export const seeds: readonly PrintedRequest[] = [
  { title: 'Create User', method: 'POST', path: '/your_default_webhook_url/users', headers: writing },
  {
    title: 'Get Or Create User',
    method: 'POST',
    path: '/your_default_webhook_url/users/get-or-create',
    headers: writing,
  },
  {
    title: 'Get Conversation',
    method: 'GET',
    path: '/your_default_webhook_url/conversations/id',
    headers: reading,
  },
  {
    title: 'Delete Conversation',
    method: 'DELETE',
    path: '/your_default_webhook_url/conversations/id',
    headers: reading,
  },
  {
    title: 'Create Conversation',
    method: 'POST',
    path: '/your_default_webhook_url/conversations',
    headers: writing,
  },
  {
    title: 'List Conversations',
    method: 'GET',
    path: '/your_default_webhook_url/conversations',
    headers: reading,
  },
  {
    title: 'Get Or Create Conversation',
    method: 'POST',
    path: '/your_default_webhook_url/conversations/get-or-create',
    headers: writing,
  },
  {
    title: 'Listen Conversation',
    method: 'GET',
    path: '/your_default_webhook_url/conversations/id/listen',
    headers: reading,
  },
  {
    title: 'List Messages',
    method: 'GET',
    path: '/your_default_webhook_url/conversations/conversationId/messages',
    headers: reading,
  },
  {
    title: 'Add Participant',
    method: 'POST',
    path: '/your_default_webhook_url/conversations/conversationId/participants',
    headers: writing,
  },
  {
    title: 'List Participants',
    method: 'GET',
    path: '/your_default_webhook_url/conversations/conversationId/participants',
    headers: reading,
  },
  {
    title: 'Remove Participant',
    method: 'DELETE',
    path: '/your_default_webhook_url/conversations/conversationId/participants/userId',
    headers: reading,
  },
  {
    title: 'Get Participant',
    method: 'GET',
    path: '/your_default_webhook_url/conversations/conversationId/participants/userId',
    headers: reading,
  },
  { title: 'Get Message', method: 'GET', path: '/your_default_webhook_url/messages/id', headers: reading },
  {
    title: 'Delete Message',
    method: 'DELETE',
    path: '/your_default_webhook_url/messages/id',
    headers: reading,
  },
  {
    title: 'Create Message',
    method: 'POST',
    path: '/your_default_webhook_url/messages',
    headers: writing,
    json: { payload: { type: 'audio' } },
  },
  { title: 'Get User', method: 'GET', path: '/your_default_webhook_url/users/me', headers: reading },
  { title: 'Update User', method: 'PUT', path: '/your_default_webhook_url/users/me', headers: writing },
  { title: 'Delete User', method: 'DELETE', path: '/your_default_webhook_url/users/me', headers: reading },
  { title: 'Get Event', method: 'GET', path: '/your_default_webhook_url/events/id', headers: reading },
  { title: 'Create Event', method: 'POST', path: '/your_default_webhook_url/events', headers: writing },
]
