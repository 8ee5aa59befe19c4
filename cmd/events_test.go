package cmd

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"bpcopy/internal/stream"
)

// runMain runs the program in this process, with standard output in a file, and
// returns that file's content.
func runMain(t *testing.T, wantCode int, args ...string) string {
	t.Helper()
	files := make([]*os.File, 3)
	for i, name := range []string{os.DevNull, filepath.Join(t.TempDir(), "stdout"), filepath.Join(t.TempDir(), "stderr")} {
		f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o666)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		files[i] = f
	}
	env := Env{Stdin: files[0], Stdout: files[1], Stderr: files[2], Getenv: func(string) string { return "" }}
	if code := Main(args, env); code != wantCode {
		stderr, _ := os.ReadFile(files[2].Name())
		t.Fatalf("bpcopy %s = %d; want %d\n%s", strings.Join(args, " "), code, wantCode, stderr)
	}
	out, err := os.ReadFile(files[1].Name())
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// backpressure is the sequence of events of a trace, without their times and without
// how far the source was read ahead: that is up to the kernel.
func backpressure(t *testing.T, trace string) []string {
	t.Helper()
	var events []string
	for line := range strings.Lines(trace) {
		var e struct {
			Event, Cause, Who string
			Bytes, Length     int64
			Ret, NeedDrain    bool
		}
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		if e.Event != "" { // or it is the summary
			events = append(events, fmt.Sprintf("%+v", e))
		}
	}
	return events
}

// TestCopyIsItsScenario holds the events of real copies to a slow destination
// against those of the scenario with the same sizes and marks, under the rules of
// each line of Node. With --keep-going a copy is made of pipes.
func TestCopyIsItsScenario(t *testing.T) {
	for _, line := range stream.Lines() {
		t.Run(line.Name, func(t *testing.T) {
			compareCopies(t, "pipeline", "--node="+line.Name)
			compareCopies(t, "pipe", "--node="+line.Name, "--keep-going")
		})
	}
}

func compareCopies(t *testing.T, via, node string, flags ...string) {
	t.Helper()
	for _, tt := range []struct{ size, high, readAhead, chunk int }{
		{0, 16384, 16384, 4096},
		{1, 16384, 16384, 4096},
		{100000, 10000, 65536, 4096},
		{65536, 16384, 16384, 4096},
		{65536, 16384, 65536, 4096},
		{65536, 1, 65536, 16384},
		{70000, 16384, 16384, 16384},
		{70000, 1 << 20, 16384, 16384},
	} {
		dir := t.TempDir()
		src, events, script := filepath.Join(dir, "src"), filepath.Join(dir, "events"), filepath.Join(dir, "scenario")
		if err := os.WriteFile(src, make([]byte, tt.size), 0o666); err != nil {
			t.Fatal(err)
		}
		args := append([]string{"-q", "--rate=1MiB", node, fmt.Sprint("-H", tt.high), fmt.Sprint("--read-ahead=", tt.readAhead),
			fmt.Sprint("-c", tt.chunk), "--events", events}, flags...)
		runMain(t, 0, append(args, src, filepath.Join(dir, "dst"))...)
		real, err := os.ReadFile(events)
		if err != nil {
			t.Fatal(err)
		}
		var sizes []string
		for left := tt.size; left > 0; left -= tt.chunk {
			sizes = append(sizes, fmt.Sprintf(`{"size":%d}`, min(left, tt.chunk)))
		}
		doc := fmt.Sprintf(`{"chunks":[%s],"via":%q,"highWaterMark":%d,"readableHighWaterMark":%d,"writev":true,"sink":[{"latency_ms":1000}]}`,
			strings.Join(sizes, ","), via, tt.high, tt.readAhead)
		if err := os.WriteFile(script, []byte(doc), 0o666); err != nil {
			t.Fatal(err)
		}
		got := backpressure(t, string(real))
		want := backpressure(t, runMain(t, 0, "simulate", node, script))
		if !slices.Equal(got, want) {
			t.Errorf("%+v by %s: copied\n%s\nsimulated\n%s", tt, via, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}
