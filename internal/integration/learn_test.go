//go:build unix

package integration

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
)

// fetched returns the body of a page, which must be there.
func fetched(t *testing.T, url string) []byte {
	t.Helper()
	answer, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("GET %s: %s, %v: %s", url, answer.Status, err, body)
	}
	return body
}

// A run of the lesson is what bpcopy simulate prints for its scenario.
func TestLessonIsASimulation(t *testing.T) {
	p := bpcopy(t, "learn").start()
	url := p.await(`^bpcopy: watch (http://127\.0\.0\.1:[0-9]+/[A-Z2-7]{26}/)\n`)
	if page := fetched(t, url); !bytes.Contains(page, []byte("<title>Backpressure in two minutes</title>")) {
		t.Errorf("the page is %s", page)
	}
	var a struct {
		Scenario, Summary json.RawMessage
		Events            []json.RawMessage
	}
	run := fetched(t, url+"run?chunk=16384&count=24&mark=65536&read_ahead=65536&source_ms=10&consumer_ms=40&stall=5:700")
	if err := json.Unmarshal(run, &a); err != nil {
		t.Fatal(err)
	}
	simulation := bpcopy(t, "simulate", "-")
	simulation.Stdin = bytes.NewReader(a.Scenario)
	var printed bytes.Buffer
	simulation.Stdout = &printed
	if status := simulation.end(); status != 0 {
		t.Fatalf("simulate: status %d: %s", status, simulation.stderr.String())
	}
	var lines strings.Builder
	for _, line := range append(a.Events, a.Summary) {
		lines.Write(line)
		lines.WriteByte('\n')
	}
	if printed.String() != lines.String() {
		t.Errorf("simulate printed\n%s\nthe lesson has\n%s", printed.String(), lines.String())
	}
	if err := p.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	want := "bpcopy: watch " + url + "\nbpcopy: error: interrupted by SIGINT\n"
	if status := p.end(); status != 130 || p.stderr.String() != want {
		t.Errorf("after an interrupt: status %d, %q; want 130, %q", status, p.stderr.String(), want)
	}
}

func TestLessonEndsWhenTerminated(t *testing.T) {
	p := bpcopy(t, "learn", "--listen", "localhost:0").start()
	p.await(`^bpcopy: watch http://localhost:[0-9]+/`)
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if status := p.end(); status != 143 {
		t.Errorf("status %d: %s; want 143", status, p.stderr.String())
	}
}
