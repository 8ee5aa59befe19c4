//go:build unix

package integration

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience is how long a test waits for what must happen. It only bounds what
// hangs: a busy machine may take its time.
const patience = 90 * time.Second

// A program is a run of bpcopy, or of another program, that a test looks at.
type program struct {
	*exec.Cmd
	t      testing.TB
	ctx    context.Context
	stderr output
}

// bpcopy prepares a run of bpcopy. It is killed when it takes too long and when
// the test ends.
func bpcopy(t testing.TB, args ...string) *program {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if *conduit != "" && copies(args) {
		args = append([]string{"--conduit=" + *conduit}, args...) // a later one counts
	}
	p := command(t, exe, args...)
	p.Args[0] = "bpcopy"
	return p
}

// command prepares a run of any program.
func command(t testing.TB, name string, args ...string) *program {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	p := &program{Cmd: exec.CommandContext(ctx, name, args...), t: t, ctx: ctx}
	p.Stderr = &p.stderr
	p.WaitDelay = time.Second // a grandchild may have inherited the output
	return p
}

// start starts the program.
func (p *program) start() *program {
	p.t.Helper()
	if err := p.Start(); err != nil {
		p.t.Fatal(err)
	}
	return p
}

// end waits for the program to end, starting it if need be, and returns its exit
// status as a shell does: 128 and the number of the signal that killed it.
func (p *program) end() int {
	p.t.Helper()
	if p.Process == nil {
		p.start()
	}
	err := p.Wait()
	if p.ctx.Err() != nil {
		p.t.Fatalf("%q has not ended after %v; it wrote\n%s", p.Args, patience, p.stderr.String())
	}
	if _, ok := errors.AsType[*exec.ExitError](err); err != nil && !ok {
		p.t.Fatalf("%q: %v", p.Args, err)
	}
	if status := p.ProcessState.Sys().(syscall.WaitStatus); status.Signaled() {
		return 128 + int(status.Signal())
	}
	return p.ProcessState.ExitCode()
}

// await waits until standard error matches pattern, and returns its last group.
func (p *program) await(pattern string) string {
	p.t.Helper()
	match, err := p.written(pattern)
	if err != nil {
		p.t.Fatal(err)
	}
	return match
}

// listening waits until the program listens, and returns where.
func (p *program) listening() (string, error) {
	return p.written(`(?m)^bpcopy: listening on [a-z]+://(.*)$`)
}

func (p *program) written(pattern string) (lastGroup string, err error) {
	var match []string
	err = p.poll("it has written "+pattern, func() bool {
		match = regexp.MustCompile(pattern).FindStringSubmatch(p.stderr.String())
		return match != nil
	})
	if err != nil {
		return "", err
	}
	return match[len(match)-1], nil
}

// until waits for a condition that the program brings about.
func (p *program) until(what string, done func() bool) {
	p.t.Helper()
	if err := p.poll(what, done); err != nil {
		p.t.Fatal(err)
	}
}

func (p *program) poll(what string, done func() bool) error {
	for !done() {
		select {
		case <-p.ctx.Done():
			return fmt.Errorf("%q: not so in %v: %s; it wrote\n%s", p.Args, patience, what, p.stderr.String())
		case <-time.After(time.Millisecond):
		}
	}
	return nil
}

// want checks the exit status and the errors, none if message is empty. Whatever
// else is on standard error is in the form of bpcopy's messages.
func (p *program) want(code int, message string) {
	p.t.Helper()
	got := p.end()
	var errs, strange []string
	for line := range strings.Lines(p.stderr.String()) {
		if text, ok := strings.CutPrefix(line, "bpcopy: error: "); ok {
			errs = append(errs, strings.TrimSuffix(text, "\n"))
		} else if !strings.HasPrefix(line, "bpcopy: ") {
			strange = append(strange, line)
		}
	}
	var wanted []string
	if message != "" {
		wanted = []string{message}
	}
	if got != code || !slices.Equal(errs, wanted) || len(strange) > 0 {
		p.t.Errorf("%q ended with %d and\n%swant %d and the error %q", p.Args, got, p.stderr.String(), code, message)
	}
}

// output collects what is written to it.
type output struct {
	mu  sync.Mutex // guards buf
	buf bytes.Buffer
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(b)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}

// folder makes a new folder with files of the given contents, which everybody may
// read.
func folder(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, 0o644); err != nil { // not subject to the umask
			t.Fatal(err)
		}
	}
	return dir
}

// wantFolder wants exactly these files and contents in a folder: nothing lost,
// nothing changed, no temporary left.
func wantFolder(t testing.TB, dir string, files map[string]string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if _, ok := files[entry.Name()]; !ok {
			t.Errorf("%s is left in the folder", entry.Name())
		}
	}
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || string(got) != want {
			t.Errorf("%s has %d bytes (%.20q), %v; want %d (%.20q)", name, len(got), got, err, len(want), want)
		}
	}
}
