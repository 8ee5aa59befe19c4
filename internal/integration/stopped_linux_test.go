package integration

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// stop stops the program for at least d.
func (p *program) stop(signal syscall.Signal, d time.Duration) {
	p.t.Helper()
	if err := p.Process.Signal(signal); err != nil {
		p.t.Fatal(err)
	}
	p.until("it is stopped", func() bool {
		stat, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.Process.Pid))
		return bytes.Contains(stat, []byte(") T "))
	})
	since := time.Now()
	p.until("it has been so for a while", func() bool { return time.Since(since) >= d })
	if err := p.Process.Signal(syscall.SIGCONT); err != nil {
		p.t.Fatal(err)
	}
}

// TestStoppedTime: time in which bpcopy was stopped is in no other time, in no rate
// and in no pause, whatever stopped it and whichever side was waited for.
func TestStoppedTime(t *testing.T) {
	// The clock knows to some milliseconds when it was stopped.
	const stopped, exact = 1500 * time.Millisecond, 10 * time.Millisecond
	for _, signal := range []syscall.Signal{syscall.SIGSTOP, syscall.SIGTSTP} {
		for _, flag := range []string{"--conduit=auto", "--conduit=memory"} {
			for _, slow := range []string{"--rate=1MiB", "--consumer=1MiB/s for 10s; fail EIO"} {
				t.Run(fmt.Sprint(signal, " ", flag, " ", slow), func(t *testing.T) {
					t.Parallel()
					dir := t.TempDir()
					newSample(t, dir, "src", 1<<20)
					p := bpcopy(t, flag, slow, "--progress=none", "--json=report", "--idle-timeout=1s", "src", "dst")
					p.Dir = dir
					p.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // or the kernel would not stop it
					begun := time.Now()
					p.start()
					p.untilTemporaryHas(dir, 1)
					p.stop(signal, stopped)
					p.want(0, "")
					whole := time.Since(begun).Seconds()
					var report struct {
						Elapsed float64 `json:"elapsed_seconds"`
						Stopped float64 `json:"stopped_seconds"`
						Paused  float64 `json:"paused_seconds"`
						Longest float64 `json:"longest_pause_seconds"`
						Rate    float64
					}
					object, err := os.ReadFile(filepath.Join(dir, "report"))
					if err == nil {
						err = json.Unmarshal(object, &report)
					}
					if err != nil {
						t.Fatal(err)
					}
					if report.Stopped < (stopped-exact).Seconds() || report.Elapsed+report.Stopped > whole ||
						report.Paused > report.Elapsed || report.Longest > report.Elapsed || report.Rate*report.Elapsed < 1<<20-1 {
						t.Errorf("summary %s after %v s; want at least %v stopped, and in nothing else", object, whole, stopped)
					}
					if !strings.Contains(p.stderr.String(), "; stopped ") {
						t.Errorf("it wrote %s; want the time that it was stopped", p.stderr.String())
					}
				})
			}
		}
	}
}
