package lesson_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestProgram(t *testing.T) {
	tests := map[string]struct{ query, want string }{
		"heeded": {loop, `
src.on('data', (chunk) => {
  if (dst.write(chunk) === false) {
    src.pause();
    dst.once('drain', () => src.resume());
  }
});
src.on('end', () => dst.end());`},
		"ignored": {loop + "&heed=no", `
src.on('data', (chunk) => {
  dst.write(chunk); // what it returns is ignored
});
src.on('end', () => dst.end());`},
		"own brake": {loop + "&pause_ms=1000", `
src.pipe(dst);
src.on('data', (chunk) => {
  src.pause();
  setTimeout(() => src.resume(), 1000);
});`},
		"two destinations": {loop + "&consumer_ms=5", `
    setTimeout(done, 5);
  },
});

src.pipe(dst1);
src.pipe(dst2);`},
		"stalls": {loop + "&stall=7:1000&stall=7:1&stall=3:2", `
const stalled = { 3: 42, 7: 1041 }; // ms, by call
const dst = new Writable({
  highWaterMark: 65536,
  write(chunk, encoding, done) {
    setTimeout(done, stalled[call++] ?? 40);
  },
});`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := program(run(t, tt.query)); !strings.Contains(got, tt.want) {
				t.Errorf("the program for %s is\n%s\nwant in it%s", tt.query, got, tt.want)
			}
		})
	}
}

// program returns the text of the program.
func program(a answer) string {
	var text strings.Builder
	for _, line := range a.Program {
		text.WriteString(line.Text + "\n")
	}
	return text.String()
}

// TestProgramDoesTheSame runs the programs by real Node. Their timers are real.
// So these are runs whose counts no timer changes: every chunk reaches the mark,
// or nothing is waited for.
func TestProgramDoesTheSame(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("there is no node")
	}
	const eight = "chunk=65536&count=8&mark=65536&read_ahead=65536&end=with_last"
	tests := map[string]string{
		"heeded":           eight + "&source_ms=0&consumer_ms=3",
		"ignored":          eight + "&source_ms=0&consumer_ms=3&heed=no",
		"own brake":        "chunk=16384&count=4&mark=65536&read_ahead=65536&end=with_last&source_ms=0&consumer_ms=0&pause_ms=20",
		"two destinations": eight + "&source_ms=0&consumer_ms=4&consumer_ms=1",
		"stalled":          eight + "&source_ms=1&consumer_ms=1&stall=2:20",
		"the end apart":    "chunk=65536&count=8&mark=65536&read_ahead=65536&source_ms=0&consumer_ms=0&heed=no",
	}
	// What is counted is what the summary counts. A pause by the unpipe at the
	// end is left out: a loop by hand has no unpipe.
	const count = `
const dsts = typeof dst === 'undefined' ? [dst1, dst2] : [dst];
const counts = { data_events: 0, bytes_sunk: 0, writes_false: 0 };
src.on('data', () => { counts.data_events++; });
for (const d of dsts) {
  const { write, _write } = d;
  d.write = (...args) => { const ok = write.apply(d, args); counts.writes_false += ok ? 0 : 1; return ok; };
  d._write = (chunk, ...args) => { counts.bytes_sunk += chunk.length; _write.call(d, chunk, ...args); };
}
process.on('exit', () => console.log(JSON.stringify(counts)));
`
	for name, query := range tests {
		t.Run(name, func(t *testing.T) {
			a := run(t, query)
			file := filepath.Join(t.TempDir(), "program.mjs")
			if err := os.WriteFile(file, []byte(program(a)+count), 0o666); err != nil {
				t.Fatal(err)
			}
			out, err := exec.CommandContext(t.Context(), node, file).CombinedOutput()
			if err != nil {
				t.Fatalf("node: %v\n%s", err, out)
			}
			got, want := counts(t, out), counts(t, a.Summary)
			if got != want {
				t.Errorf("node counted %+v; the machine %+v", got, want)
			}
		})
	}
}

// counts reads what is counted from JSON.
func counts(t *testing.T, doc []byte) (c struct {
	DataEvents  int64 `json:"data_events"`
	BytesSunk   int64 `json:"bytes_sunk"`
	WritesFalse int64 `json:"writes_false"`
}) {
	t.Helper()
	if err := json.Unmarshal(doc, &c); err != nil {
		t.Fatalf("%v: %s", err, doc)
	}
	return c
}
