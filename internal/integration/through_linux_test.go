package integration

import (
	"crypto/sha256"
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
func (p *program) pidSaid() int {
	p.t.Helper()
	pid, err := strconv.Atoi(p.await(`(?m)^bpcopy: [a-z]+: ([0-9]+)$`))
	if err != nil {
		p.t.Fatal(err)
	}
	return pid
}

// TestStageEndsWithTheCopy: when a signal ends the copy, no stage is left and nobody whom
// it has started, not even who heeds neither his pipes nor signals.
func TestStageEndsWithTheCopy(t *testing.T) {
	files := map[string]string{"src": strings.Repeat("x", 4<<20), "dst": "old"}
	for name, command := range map[string]string{
		"sleeping": "echo $$ >&2; exec sleep 1000",
		"heedless": "echo $$ >&2; trap '' TERM INT; exec sleep 1000",
		"reading":  "echo $$ >&2; exec cat >/dev/null",
		"parent":   "sh -c 'echo $$ >&2; exec sleep 1000'; cat",
		"waiting":  "sh -c 'trap \"\" TERM; echo $$ >&2; sleep 1000; sleep 1000' & wait",
		"orphan":   "sleep 1000 <&- >&- 2>&- & echo $! >&2; exec cat >/dev/null",
		"away":     "(sleep 1000 <&- >&- 2>&- & echo $! >&2); cat",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := bpcopy(t, "-q", "--producer=1MiB/s", "--through", command, "--through", "cat", "src", "dst")
			p.Dir = folder(t, files)
			p.start()
			pid := p.pidSaid()
			if err := p.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			p.want(128+int(syscall.SIGTERM), "interrupted by SIGTERM")
			wantFolder(t, p.Dir, files)
			p.wantEnded(pid)
		})
	}
}

// TestStageEndsAtOnce: a second signal leaves nobody either.
func TestStageEndsAtOnce(t *testing.T) {
	p := bpcopy(t, "-q", "--through", "trap '' TERM; sh -c 'echo $$ >&2; exec sleep 1000'; cat", "src", "dst")
	p.Dir = folder(t, map[string]string{"src": "x"})
	p.start()
	pid := p.pidSaid()
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		if err := p.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
	}
	p.end()
	p.wantEnded(pid)
}

// TestFailedStageLeavesNobody: neither does a stage that fails.
func TestFailedStageLeavesNobody(t *testing.T) {
	p := bpcopy(t, "-q", "--through", "cat", "--through", "sleep 1000 <&- >&- 2>&- & echo $! >&2; exit 3", "src", "dst")
	p.Dir = folder(t, map[string]string{"src": "x"})
	p.start()
	pid := p.pidSaid()
	p.end()
	p.wantEnded(pid)
}

// wantEnded waits until a process has ended: that takes a moment after SIGKILL. Whoever
// is its parent by now may not have waited for it yet.
func (p *program) wantEnded(pid int) {
	p.t.Helper()
	p.until(fmt.Sprintf("the end of process %d", pid), func() bool {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		return err != nil || strings.Contains(string(stat), ") Z ")
	})
}

// TestStageLeavesOthersBehind: who has gone his own way is not ended by a signal, nor who
// is in the background when the copy is complete.
func TestStageLeavesOthersBehind(t *testing.T) {
	for name, command := range map[string]string{
		"signal":  "setsid sh -c 'echo $$ >&2; exec sleep 1000 <&- >&- 2>&-' & exec cat",
		"success": "sleep 1000 <&- >&- 2>&- & echo $! >&2; exec cat",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := bpcopy(t, "-q", "--through", command, "fifo", "dst")
			p.Dir = folder(t, map[string]string{"dst": "old"})
			withFIFO(t, p)
			p.start()
			writer, err := os.OpenFile(filepath.Join(p.Dir, "fifo"), os.O_WRONLY, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer writer.Close()
			pid := p.pidSaid()
			if name == "success" {
				writer.Close()
				p.want(0, "")
			} else {
				if err := p.Process.Signal(syscall.SIGTERM); err != nil {
					t.Fatal(err)
				}
				p.want(128+int(syscall.SIGTERM), "interrupted by SIGTERM")
			}
			if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
				t.Errorf("what the stage has left behind was ended: %v", err)
			}
		})
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
	if err := syscall.Kill(p.pidSaid(), syscall.SIGKILL); err != nil {
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
