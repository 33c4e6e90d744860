import { mergeConfig } from 'vitest/config'
import { project, testFiles } from '../../vitest.shared.ts'

export default mergeConfig(project('docs'), { test: testFiles(['snippets', 'generate'], '{ts,tsx}') })
