package browser

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"testing"
)

// The live page follows a copy to its end. The test is the source: so it knows what
// the page must show before it lets the copy go on.
func TestLive(t *testing.T) {
	browser(t)
	folder := t.TempDir()
	copying := bpcopy(t, folder, "-q", "--serve", "--json", "summary.json", "-s", "300k", "-", "dst")
	copying.Stderr = nil
	source, err := copying.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stderr, err := copying.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := copying.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(stderr)
	line, err := lines.ReadString('\n')
	address, ok := strings.CutPrefix(strings.TrimSpace(line), "bpcopy: watch ")
	if err != nil || !ok {
		t.Fatalf("bpcopy says %q, %v; want where to watch", line, err)
	}
	b := open(t, address, 1000)
	for _, written := range []int{100 << 10, 200 << 10} {
		if _, err := source.Write(make([]byte, 100<<10)); err != nil {
			t.Fatal(err)
		}
		b.until(fmt.Sprintf(`document.querySelector('tr[data-field="bytes"] td').textContent.startsWith("%d ")`, written))
	}
	if got := b.number("result"); got != "running" {
		t.Errorf("the result is %q; want it to be running", got)
	}
	if _, err := source.Write(make([]byte, 100<<10)); err != nil {
		t.Fatal(err)
	}
	source.Close()
	b.until(`document.getElementById("status").className === "over"`)
	rest, _ := io.ReadAll(lines)
	if err := copying.Wait(); err != nil || len(rest) > 0 {
		t.Fatalf("bpcopy ends with %v, and says %q", err, rest)
	}
	checkNumbers(b, folder)
	if got := b.number("result"); got != "ok" {
		t.Errorf("the result is %q; want ok", got)
	}
	if n := eval[int](b, "document.querySelectorAll('#svg .stroke-source').length"); n < 3 {
		t.Errorf("%d curves of the source are left after the end; want 3", n)
	}
	b.asked(address, address+"events")
}

// A page whose copy is killed says that it does not get any more.
func TestLost(t *testing.T) {
	browser(t)
	copying := bpcopy(t, t.TempDir(), "-q", "--serve", "-", "dst")
	copying.Stderr = nil
	source, err := copying.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close()
	stderr, err := copying.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := copying.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(stderr).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	b := open(t, strings.TrimPrefix(strings.TrimSpace(line), "bpcopy: watch "), 1000)
	b.until(`document.querySelector('tr[data-field="result"] td').textContent === "running"`)
	if err := copying.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = copying.Wait() // it was killed
	b.until(`document.getElementById("status").className === "lost"`)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.problems = nil // the browser itself complains that the connection broke
}
