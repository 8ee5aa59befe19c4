package integration

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// TestDocumentsRun runs the commands of each page as they are written, one block after
// the other in a folder of the page's own. A block of sh must succeed. A console must
// print what it shows: to the letter or, with the note varies, but for its numbers.
// One with the note elsewhere needs what is not everywhere: another system's service, a
// network, a slow disk, much memory or time.
func TestDocumentsRun(t *testing.T) {
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip(err)
	}
	for _, d := range documents(t) {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			desk := newDesk(t)
			for _, b := range d.blocks {
				if b.is("elsewhere") || b.language != "sh" && b.language != "console" {
					continue
				}
				if lacks := lacking(b.needs()); lacks != "" {
					t.Logf("%s:%d: not run, there is no %s", d.name, b.line, lacks)
					continue
				}
				for _, problem := range desk.run(b) {
					t.Errorf("%s:%d: %s", d.name, b.line, problem)
				}
			}
		})
	}
}

// is tells whether the block has a note.
func (b block) is(note string) bool { return slices.Contains(b.notes, note) }

// needs are the programs that the block wants to be there.
func (b block) needs() []string {
	if at := slices.Index(b.notes, "needs"); at >= 0 {
		return b.notes[at+1:]
	}
	return nil
}

// lacking is the first of some programs that is not there, or "".
func lacking(programs []string) string {
	for _, name := range programs {
		if _, err := exec.LookPath(name); err != nil {
			return name
		}
	}
	return ""
}

// A desk is where the reader of a page tries its commands: a clone, with Go.
type desk struct {
	t      *testing.T
	folder string
	env    []string
	port   string // for the port that pages use
}

// thePort is the port of examples. Here another one is free.
const thePort = ":9000"

// standIn is go for a reader who tries the README: what it would build is here, and
// it is this that it would test.
const standIn = `#!/bin/sh
case "$1 $2" in
"run .") shift 2 && exec bpcopy "$@" ;;
"env GOROOT") echo "${0%/bin/go}" ;;
"test ./...") ;;
*) echo "go $*: not here" >&2 && exit 2 ;;
esac
exit
`

// newDesk makes a desk.
func newDesk(t *testing.T) *desk {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, err := net.SplitHostPort(listener.Addr().String())
	listener.Close()
	if err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	clone, bin := filepath.Join(root, "clone"), filepath.Join(root, "bin")
	repository, err := filepath.Abs(top)
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{
		os.Mkdir(clone, 0o777), os.Mkdir(bin, 0o777),
		os.Symlink(filepath.Join(repository, "scripts"), filepath.Join(clone, "scripts")),
		os.Symlink(filepath.Join(repository, "testdata"), filepath.Join(clone, "testdata")),
		os.WriteFile(filepath.Join(bin, "go"), []byte(standIn+strings.Repeat("#\n", 1<<20)), 0o777), // as large as a program
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	env := append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"), "LC_ALL=C.UTF-8", "BPCOPY=bpcopy", "TMPDIR="+root)
	return &desk{t, clone, env, ":" + port}
}

// run runs a block and tells what is wrong with it.
func (d *desk) run(b block) []string {
	if b.language == "sh" {
		if printed, code := d.shell("set -e -o pipefail\n" + b.text); code != 0 {
			return []string{fmt.Sprintf("exit status %d; it printed\n%s", code, printed)}
		}
		return nil
	}
	const mark = "=== step "
	steps := b.steps()
	var script strings.Builder
	script.WriteString("status=0\n")
	for _, s := range steps {
		// The command finds in $? what the one before it has left.
		fmt.Fprintf(&script, "(exit $status)\n%s\nstatus=$?\necho '%s'$status\n", strings.TrimSuffix(s.command, "\n"), mark)
	}
	printed, _ := d.shell(script.String())
	var wrong []string
	for i, s := range steps {
		got, rest, ended := strings.Cut(printed, mark)
		code, rest, _ := strings.Cut(rest, "\n")
		printed = rest
		if !ended {
			return append(wrong, fmt.Sprintf("%sit has not ended; it printed\n%s", s.command, got))
		}
		asked := i+1 < len(steps) && steps[i+1].command == "echo $?\n"
		if mayFail := asked || strings.Contains(s.printed, ": error: "); (code != "0") != mayFail {
			wrong = append(wrong, fmt.Sprintf("%sexit status %s", s.command, code))
		}
		want := s.printed
		if b.is("varies") && s.command != "echo $?\n" { // a status does not vary
			got, want = withoutNumbers(got), withoutNumbers(want)
		}
		if got != want {
			wrong = append(wrong, fmt.Sprintf("%sit printed\n%swhere the page has\n%s", s.command, got, want))
		}
	}
	return wrong
}

// shell runs a script, and returns what it printed and its exit status.
func (d *desk) shell(script string) (printed string, code int) {
	p := command(d.t, "bash", "-c", strings.ReplaceAll(script, thePort, d.port))
	var both bytes.Buffer
	p.Stdout, p.Cmd.Stderr = &both, &both
	p.Dir, p.Env = d.folder, d.env
	p.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // no terminal's signals
	code = p.end()
	return strings.ReplaceAll(both.String(), d.port, thePort), code
}

var (
	plainLine = regexp.MustCompile(`(?m)^bpcopy: .* pause=.*\n`)         // there are some if the machine is slow
	verdict   = regexp.MustCompile(`; (waited for|busy itself) [^;\n]*`) // a short copy has none
	size      = regexp.MustCompile(`\b\d[\d.,]* ?[KMGT]?i?B\b`)
	paused    = regexp.MustCompile(`; paused [^;\n]*`) // and one without pauses has not this
	number    = regexp.MustCompile(`\b(\d[\d.,]*([eE]-?\d+|ns|µs|ms|s|m|h)?)+`)
)

// withoutNumbers leaves out what differs from run to run: numbers, times and sizes, and
// who was waited for.
func withoutNumbers(printed string) string {
	for _, optional := range []*regexp.Regexp{plainLine, verdict, paused} {
		printed = optional.ReplaceAllString(printed, "")
	}
	return number.ReplaceAllString(size.ReplaceAllString(printed, "SIZE"), "N")
}

// TestWithoutNumbers: what is left must still tell one text from another.
func TestWithoutNumbers(t *testing.T) {
	const want = "bpcopy: go: SIZE in N, SIZE/s\nbpcopy: go: pause N drain N resume N; peak buffered SIZE\n"
	for _, printed := range []string{
		"bpcopy: go: 14.7 MiB in 1m10s, 10 MiB/s; waited for the limit 95 % (--rate)\n" +
			"bpcopy: go: pause 235 drain 235 resume 235; paused 1.47s, longest 42.6ms; peak buffered 64 KiB\n",
		"bpcopy: go 45% 4MiB 43MiB/s eta=1s pause=8 drain=8 resume=8 buffered=0B waits=src:94%\n" +
			"bpcopy: go: 512 B in 470µs, 1.1 MiB/s\n" +
			"bpcopy: go: pause 1 drain 0 resume 0; paused 1ms, longest 1ms; peak buffered 512 B\n",
	} {
		if got := withoutNumbers(printed); got != want {
			t.Errorf("%q\nwant %q", got, want)
		}
	}
	if got := withoutNumbers("pauses is " + strconv.Itoa(7)); got != "pauses is N" {
		t.Errorf("%q", got)
	}
}
