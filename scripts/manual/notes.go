package main

// notes returns what the help has no room for, by the name of the command.
func notes(scenario string) map[string][]section {
	return map[string][]section{
		"bpcopy": {
			{"FILES", filesNote}, {"ENVIRONMENT", environmentNote}, {"DATA", dataNote},
			{"SECURITY", securityNote}, {"EXAMPLES", examplesNote},
		},
		"proxy": {
			{"ENVIRONMENT", proxyEnvironmentNote}, {"DATA", proxyDataNote}, {"SECURITY", socketNote},
		},
		"simulate": {{"SCENARIO", scenarioNote + scenario}, {"EXIT STATUS", simulateExitNote}},
		"demo":     {{"FILES", demoFilesNote}},
		"learn":    {{"SECURITY", pageNote}},
		"report":   {{"FILES", reportFilesNote}},
	}
}

const filesNote = `There is no file of settings. A destination that is a regular file is written
in its own folder, without a name where the system can do that (Linux) and
under a temporary one elsewhere, and has its name when it is complete. So the
folder must be writable; --in-place is for those that are not.

A socket of unix-listen://PATH is removed at the end. A file of that name is
replaced only if it is a socket that nobody listens at.`

const environmentNote = `  TERM                     dumb or none: plain lines, no escape sequences
  LC_ALL, LC_CTYPE, LANG   the first one that is set says whether the terminal shows UTF-8
  HTTP_PROXY, HTTPS_PROXY, NO_PROXY   for http:// and https:// as a source, also in lower case
  GITHUB_ACTIONS, GITHUB_STEP_SUMMARY   if true, what does not hold is an annotation, and the table is added to that file
  GOTRACEBACK              if set, an internal error prints where it was`

const dataNote = `A destination file is complete or untouched. It is written beside its name and
takes that when every destination has every byte; after a failure or a signal the
old file is there, and no temporary one. Files that are written in place
(--in-place, --append, devices, open descriptors) are the exception.

Success means that every byte has been handed to the system. That it is on the
disk is promised only with --fsync, which costs what the disk needs. After the
loss of power without it, a file may be the old one, the new one, or be empty.

A source that ends before its promised size (--size, --stop-at, the size of a
regular file, Content-Length) is an error. A file that grows is copied to its end.
The same file as source and destination is refused. What a symbolic link points
to is replaced, not the link.`

const securityNote = `Access is never widened: a replaced file keeps its mode, owner, group and ACL, or
the copy fails before a byte has moved; a new one has the permissions of its
source, less the umask. Control characters in names and addresses are shown as
escapes; the data itself is not changed.

` + socketNote

const socketNote = `tcp-listen://:PORT listens on loopback only, other interfaces have to be named.
Connections are neither encrypted nor authenticated: whoever can connect first is
the peer. Use a tunnel, or a Unix socket in a folder of your own.`

const examplesNote = `Copy a file, keep its mode and times, and have it on the disk before it is called done:

  bpcopy --preserve --fsync disk.img copy.img

See what holds a pipeline up:

  tar c . | bpcopy -N tar - - | gzip | bpcopy -N gzip - out.tar.gz

Be a reader that stops for two seconds, and fail if the writer had not to wait:

  ./producer | bpcopy --consumer 'unlimited for 1MiB; stall for 2s; unlimited' \
      --expect 'pauses >= 1' - /dev/null

Others:`

const proxyEnvironmentNote = `  BPCOPY_PROXY   set for COMMAND: the address that the proxy listens at`

const proxyDataNote = `Bytes are passed on unchanged and in order, and none is kept. The end of one side is
passed on while the other goes on, and a reset is passed on as a reset. A connection
that is cut (--idle-timeout, a signal) is told in the summary.`

const scenarioNote = `A scenario is an object of JSON. All fields but "chunks" are optional:

`

const simulateExitNote = `  0    every event is printed
  1    failed: the output could not be written
  2    usage, or a mistake in the scenario
  130  interrupted (SIGINT); 143 terminated (SIGTERM)
  141  the reader of standard output went away`

const demoFilesNote = `The demos are in the program. FILE is a scenario as bpcopy simulate takes it, with
what is expected in "expect" and what to watch for in "watch".`

const pageNote = `The page is for browsers on this computer: bpcopy learn listens on loopback unless
another address is named. The address has a random token, and without that there is
only 404. Requests for other hosts' names are refused, nothing is changed by a
request, and nothing is fetched from elsewhere.`

const reportFilesNote = `A RECORDING is what --record has written: every event, and last the summary. The ending of the file of -o says what is
made: .html, .xml, .md or .trace.json.`
