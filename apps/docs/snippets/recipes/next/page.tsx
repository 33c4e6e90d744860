/* oxlint-disable import/no-default-export -- Next.js requires it */
// #region page
import { Chat } from './chat.tsx'

export default function Page() {
  return <Chat />
}
// #endregion
