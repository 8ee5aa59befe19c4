package integration

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// mostResident is what a copy may have in memory at any time, in KiB, whatever
// its size.
const mostResident = 24 << 10

// TestMemory copies far more than fits, to a destination that takes all, and to
// one that takes nothing before every buffer is full.
func TestMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("builds bpcopy")
	}
	exe := filepath.Join(t.TempDir(), "bpcopy") // the test binary itself is larger, not to speak of the race detector
	if out, err := exec.Command("go", "build", "-o", exe, "../..").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	sparse := filepath.Join(t.TempDir(), "sparse")
	if err := os.WriteFile(sparse, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(sparse, 1<<30); err != nil {
		t.Fatal(err)
	}
	p := command(t, exe, "-q", "--stop-at=10G", "/dev/zero", "/dev/null")
	p.start()
	most := 0
	p.until("it has ended", func() bool {
		now := p.resident()
		most = max(most, now)
		return now == 0
	})
	p.want(0, "")
	p.wantSmall(most)
	for _, conduit := range []string{"--conduit=auto", "--conduit=memory"} {
		dst := pipeEnd(t, "", false)
		p := command(t, exe, "-q", conduit, sparse, "-")
		p.Stdout = dst.stdio
		p.start()
		p.untilFull(dst.stdio)
		dst.stdio.Close()
		consumer, err := dst.reach(p)
		if err == nil {
			_, err = io.CopyN(io.Discard, consumer, 64<<20)
		}
		if err != nil {
			t.Error(err)
		}
		most := p.resident()
		consumer.Close()
		p.want(141, `write destination "-": the consumer went away`)
		p.wantSmall(most)
	}
}

// resident is the most memory that the program has had so far, in KiB, or 0 if it
// has ended. What wait4 tells is of no use: it begins with the memory of the
// process that forked.
func (p *program) resident() (most int) {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.Process.Pid))
	_, peak, _ := strings.Cut(string(status), "VmHWM:")
	fmt.Sscan(peak, &most)
	return most
}

func (p *program) wantSmall(resident int) {
	p.t.Helper()
	p.t.Logf("%q: %d KiB", p.Args, resident)
	if resident == 0 || resident > mostResident {
		p.t.Errorf("%q had %d KiB in memory; want at most %d", p.Args, resident, mostResident)
	}
}
