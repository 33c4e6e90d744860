/** A request as printed in the published API documentation. */
export interface DocumentedRequest {
  readonly title: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** The part after the host, with the placeholders as printed. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** Only one snippet sends a body. The others send none, even with a JSON content type. */
  readonly json?: unknown
}

const readHeaders = { accept: 'application/json' }
const writeHeaders = { accept: 'application/json', 'content-type': 'application/json' }

/** The 21 requests of the Chat API's reference, in its order. */
export const documentedRequests: readonly DocumentedRequest[] = [
  { title: 'Create User', method: 'POST', path: '/your_default_webhook_url/users', headers: writeHeaders },
  {
    title: 'Get Or Create User',
    method: 'POST',
    path: '/your_default_webhook_url/users/get-or-create',
    headers: writeHeaders,
  },
  {
    title: 'Get Conversation',
    method: 'GET',
    path: '/your_default_webhook_url/conversations/id',
    headers: readHeaders,
  },
  {
    title: 'Delete Conversation',
    method: 'DELETE',
    path: '/your_default_webhook_url/conversations/id',
    headers: readHeaders,
  },
  {
    title: 'Create Conversation',
    method: 'POST',
    path: '/your_default_webhook_url/conversations',
    headers: writeHeaders,
  },
  {
    title: 'List Conversations',
    method: 'GET',
    path: '/your_default_webhook_url/conversations',
    headers: readHeaders,
  },
  {
    title: 'Get Or Create Conversation',
    method: 'POST',
    path: '/your_default_webhook_url/conversations/get-or-create',
    headers: writeHeaders,
  },
  {
    title: 'Listen Conversation',
    method: 'GET',
    path: '/your_default_webhook_url/conversations/id/listen',
    headers: readHeaders,
  },
  {
    title: 'List Messages',
    method: 'GET',
    path: '/your_default_webhook_url/conversations/conversationId/messages',
    headers: readHeaders,
  },
  {
    title: 'Add Participant',
    method: 'POST',
    path: '/your_default_webhook_url/conversations/conversationId/participants',
    headers: writeHeaders,
  },
  {
    title: 'List Participants',
    method: 'GET',
    path: '/your_default_webhook_url/conversations/conversationId/participants',
    headers: readHeaders,
  },
  {
    title: 'Remove Participant',
    method: 'DELETE',
    path: '/your_default_webhook_url/conversations/conversationId/participants/userId',
    headers: readHeaders,
  },
  {
    title: 'Get Participant',
    method: 'GET',
    path: '/your_default_webhook_url/conversations/conversationId/participants/userId',
    headers: readHeaders,
  },
  {
    title: 'Get Message',
    method: 'GET',
    path: '/your_default_webhook_url/messages/id',
    headers: readHeaders,
  },
  {
    title: 'Delete Message',
    method: 'DELETE',
    path: '/your_default_webhook_url/messages/id',
    headers: readHeaders,
  },
  {
    title: 'Create Message',
    method: 'POST',
    path: '/your_default_webhook_url/messages',
    headers: writeHeaders,
    json: { payload: { type: 'audio' } },
  },
  { title: 'Get User', method: 'GET', path: '/your_default_webhook_url/users/me', headers: readHeaders },
  { title: 'Update User', method: 'PUT', path: '/your_default_webhook_url/users/me', headers: writeHeaders },
  {
    title: 'Delete User',
    method: 'DELETE',
    path: '/your_default_webhook_url/users/me',
    headers: readHeaders,
  },
  { title: 'Get Event', method: 'GET', path: '/your_default_webhook_url/events/id', headers: readHeaders },
  { title: 'Create Event', method: 'POST', path: '/your_default_webhook_url/events', headers: writeHeaders },
]
