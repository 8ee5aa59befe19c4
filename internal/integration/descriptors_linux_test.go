package integration

import (
	"bytes"
	"testing"
)

// TestDescriptors: a standard stream that is closed, or that fails, is an error for
// whoever needs it and for nobody else.
func TestDescriptors(t *testing.T) {
	const (
		noStdin  = "standard input is closed"
		noStdout = `write "-": standard output is closed`
		noReport = `write report "-": standard output is closed`
		full     = `write "-": no space left on device`
	)
	files := map[string]string{"src": "data", "keep": "old", "scenario": `{"chunks":[{"size":1}]}`}
	tests := []struct {
		command string
		code    int
		message string
	}{
		{`- keep <&-`, 1, `read source "-": ` + noStdin},
		{`- keep <&- >&-`, 1, `read source "-": ` + noStdin},
		{`--append - keep <&-`, 1, `read source "-": ` + noStdin},
		{`src - >&-`, 1, `write destination "-": standard output is closed`},
		{`src - <&- >&-`, 1, `write destination "-": standard output is closed`},
		{`--json - src keep >&-`, 1, noReport},
		{`--events - src keep >&-`, 1, noReport},
		{`--json - src keep >&- <&-`, 1, noReport},
		{`simulate scenario >&-`, 1, noStdout},
		{`simulate - <&-`, 1, `read scenario "-": ` + noStdin},
		{`simulate --summary --events keep scenario >&-`, 1, noStdout},
		{`demo >&-`, 1, noStdout},
		{`demo - <&-`, 1, `read scenario "-": ` + noStdin},
		{`demo --export last-drain >&-`, 1, noStdout},
		{`demo -q --virtual --json - last-drain >&-`, 1, noReport},
		{`--help >&-`, 1, noStdout},
		{`help >&-`, 1, noStdout},
		{`version >&-`, 1, noStdout},
		{`completion bash >&-`, 1, noStdout},
		{`--help >/dev/full`, 1, full},
		{`help simulate >/dev/full`, 1, full},
		{`simulate -h >/dev/full`, 1, full},
		{`version >/dev/full`, 1, full},
		{`completion zsh >/dev/full`, 1, full},
		{`demo >/dev/full`, 1, full},
		{`demo --export last-drain >/dev/full`, 1, full},
		{`simulate scenario >/dev/full`, 1, full},
		{`simulate --summary scenario >/dev/full`, 1, full},
		{`demo -q --virtual --json - last-drain >/dev/full`, 1, `write report "-": no space left on device`},
		{`--frobnicate 2>&-`, 2, ""},

		{`-q src /dev/null <&-`, 0, ""},
		{`-q src /dev/null >&-`, 0, ""},
		{`src /dev/null <&- >&- 2>&-`, 0, ""},
		{`-q src - 2>&-`, 0, ""},
		{`demo -q --virtual last-drain <&- >&-`, 0, ""},
		{`-q - /dev/null </dev/null`, 0, ""},
		{`-q src - >/dev/null`, 0, ""},
		{`-q - - <>/dev/null >&0`, 0, ""}, // as daemons are started
	}
	for _, test := range tests {
		t.Run(test.command, func(t *testing.T) {
			t.Parallel()
			p := command(t, "sh", "-c", "exec bpcopy "+test.command)
			p.Dir, p.Stdin, p.Stdout = folder(t, files), bytes.NewReader(nil), new(bytes.Buffer)
			p.want(test.code, test.message)
			wantFolder(t, p.Dir, files)
		})
	}
}

// TestReportFails: the copy is there, and that is said.
func TestReportFails(t *testing.T) {
	files := map[string]string{"src": "data"}
	for _, test := range []struct{ command, message string }{
		{`--json - src dst >/dev/full`, `write report "-": no space left on device; the destinations are complete`},
		{`--events - src dst >/dev/full`, `write report "-": no space left on device; the destinations are complete`},
		{`--json /dev/full src dst`, `write report "/dev/full": no space left on device; the destinations are complete`},
		{`--events /dev/full --json /dev/null src dst`, `write report "/dev/full": no space left on device; the destinations are complete`},
	} {
		p := command(t, "sh", "-c", "exec bpcopy -q "+test.command)
		p.Dir = folder(t, files)
		p.want(1, test.message)
		wantFolder(t, p.Dir, map[string]string{"src": "data", "dst": "data"})
	}
}
