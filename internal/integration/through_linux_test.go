package integration

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// pidSaid waits until a stage has told the number of a process.
func (p *program) pidSaid(label string) int {
	p.t.Helper()
	pid, err := strconv.Atoi(p.await(`(?m)^bpcopy: ` + label + `: ([0-9]+)$`))
	if err != nil {
		p.t.Fatal(err)
	}
	return pid
}

// TestStageEndsWithTheCopy: when a signal or a failure ends the copy, no stage is left, not
// even one that heeds no signal; and what a stage has left behind is none of our business.
func TestStageEndsWithTheCopy(t *testing.T) {
	files := map[string]string{"src": strings.Repeat("x", 4<<20), "dst": "old"}
	for name, command := range map[string]string{
		"sleeping": "echo $$ >&2; exec sleep 1000",
		"heedless": "echo $$ >&2; trap '' TERM INT; exec sleep 1000",
		"reading":  "echo $$ >&2; exec cat >/dev/null",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := bpcopy(t, "-q", "--producer=1MiB/s", "--through", command, "--through", "cat", "src", "dst")
			p.Dir = folder(t, files)
			p.start()
			pid := p.pidSaid("echo")
			if err := p.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			p.want(128+int(syscall.SIGTERM), "interrupted by SIGTERM")
			wantFolder(t, p.Dir, files)
			if err := syscall.Kill(pid, 0); !errors.Is(err, syscall.ESRCH) {
				t.Errorf("the stage is still there: %v", err)
			}
		})
	}
}

// TestStageLeavesOthersBehind: only what bpcopy has started is ended.
func TestStageLeavesOthersBehind(t *testing.T) {
	p := bpcopy(t, "-q", "--through", "sleep 1000 <&- >&- 2>&- & echo $! >&2; exec cat", "fifo", "dst")
	p.Dir = folder(t, map[string]string{"dst": "old"})
	withFIFO(t, p)
	p.start()
	writer, err := os.OpenFile(filepath.Join(p.Dir, "fifo"), os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer writer.Close()
	pid := p.pidSaid("sleep")
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	p.want(128+int(syscall.SIGTERM), "interrupted by SIGTERM")
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Errorf("what the stage has left behind was ended: %v", err)
	}
}

// TestStageEndsWithItsCommand: the copy ends when the command does, although the source
// gives nothing and does not end.
func TestStageEndsWithItsCommand(t *testing.T) {
	p := bpcopy(t, "-q", "--through", "head -c 5", "fifo", "dst")
	p.Dir = folder(t, map[string]string{"dst": "old"})
	withFIFO(t, p)
	p.start()
	writer, err := os.OpenFile(filepath.Join(p.Dir, "fifo"), os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer writer.Close()
	if _, err := writer.WriteString("12345"); err != nil {
		t.Fatal(err)
	}
	p.want(0, "")
	os.Remove(filepath.Join(p.Dir, "fifo"))
	wantFolder(t, p.Dir, map[string]string{"dst": "12345"})
}

// TestStageDies: a stage that is killed from outside ends the copy, and the old destination
// stays.
func TestStageDies(t *testing.T) {
	files := map[string]string{"src": strings.Repeat("x", 4<<20), "dst": "old"}
	const command = "echo $$ >&2; exec cat"
	p := bpcopy(t, "-q", "--producer=1MiB/s", "--through", command, "--through", "cat", "src", "dst")
	p.Dir = folder(t, files)
	p.start()
	if err := syscall.Kill(p.pidSaid("echo"), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	p.want(1, fmt.Sprintf("run stage %q: signal: killed", command))
	wantFolder(t, p.Dir, files)
}

// TestStageRoundTrip: what is compressed and restored is the same, over either conduit.
func TestStageRoundTrip(t *testing.T) {
	random := rand.NewChaCha8([32]byte{1})
	content := make([]byte, 3<<20+17)
	_, _ = random.Read(content)
	for _, conduit := range []string{"memory", "kernel"} {
		p := bpcopy(t, "-q", "--conduit="+conduit, "--through", "gzip -1", "--through", "gunzip", "src", "dst")
		p.Dir = folder(t, map[string]string{"src": string(content)})
		p.want(0, "")
		got, err := os.ReadFile(filepath.Join(p.Dir, "dst"))
		if err != nil || sha256.Sum256(got) != sha256.Sum256(content) {
			t.Errorf("over %s: %d bytes, %v; want the %d bytes of the source", conduit, len(got), err, len(content))
		}
	}
}
