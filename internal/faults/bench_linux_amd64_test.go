package faults

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// bench runs situations with one program.
type bench struct {
	program Program
	flags   string // that bpcopy has
	tmp     string
}

// run runs bpcopy in a new folder, with a fault.
func (b bench) run(s situation, f Fault) (outcome, error) {
	dir, err := os.MkdirTemp(b.tmp, "")
	if err != nil {
		return outcome{}, err
	}
	defer os.RemoveAll(dir)
	if err := s.prepare(dir); err != nil {
		return outcome{}, fmt.Errorf("%s: %w", s.name, err)
	}
	r := &rig{dir: dir, source: content(sourceSize), received: make(map[string][]byte), over: make(chan struct{})}
	defer r.close()
	stderr, err := r.connect(s)
	if err != nil {
		return outcome{}, fmt.Errorf("%s: %w", s.name, err)
	}
	defer stderr.Close()
	out := outcome{received: r.received}
	if out.before, err = lookAt(dir); err != nil {
		return outcome{}, err
	}
	began := time.Now()
	out.Trace, err = b.program.Run(Start{
		Args: b.args(s, r.address), Dir: dir, Files: r.files, Limit: limit,
		Env: []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "LC_ALL=C.UTF-8"},
	}, append(s.standing(), f)...)
	out.took = time.Since(began)
	r.close()
	if err != nil {
		return outcome{}, err
	}
	if out.after, err = lookAt(dir); err != nil {
		return outcome{}, err
	}
	text, err := io.ReadAll(io.NewSectionReader(stderr, 0, 1<<20))
	out.stderr = string(text)
	return out, err
}

// args is the command line.
func (b bench) args(s situation, address string) []string {
	all := []string{"bpcopy"}
	for arg := range strings.FieldsSeq(strings.ReplaceAll(s.args, "PEER", address)) {
		flag, optional := strings.CutPrefix(arg, "?")
		if !optional || b.has(flag) {
			all = append(all, flag)
		}
	}
	return all
}

func (b bench) has(flag string) bool {
	return strings.Contains(b.flags, " "+flag+" ") || strings.Contains(b.flags, " "+flag+"[")
}

// bpcopyBench builds bpcopy as it is released.
func bpcopyBench(t *testing.T) bench {
	t.Helper()
	if testing.Short() {
		t.Skip("builds bpcopy")
	}
	b := bench{tmp: t.TempDir()}
	if err := os.Chmod(b.tmp, 0o755); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "bpcopy")
	build := goCommand(t, "build", "-o", path, "../..")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	var err error
	if b.program, err = Open(path); err != nil {
		t.Fatal(err)
	}
	b.flags = helpOf(t, path)
	return b
}

// goCommand prepares a run of the go command. What is built is what is released:
// without cgo.
func goCommand(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	return cmd
}

func helpOf(t *testing.T, path string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), path, "--help").Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}
