#!/usr/bin/env node
import { openCliIo } from './config.ts';
import { runCli } from './run-cli.ts';

process.exitCode = await runCli(process.argv.slice(2), openCliIo());
