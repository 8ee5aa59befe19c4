package endpoint

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestPipesAreNotOne: nothing tells one pipe from another, and that does not
// make them the same.
func TestPipesAreNotOne(t *testing.T) {
	in, feed, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	taken, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	defer out.Close()
	if _, err := feed.WriteString("data"); err != nil {
		t.Fatal(err)
	}
	feed.Close()

	stdio, err := ParseOperand("-")
	if err != nil {
		t.Fatal(err)
	}
	src, err := OpenSource(t.Context(), stdio, SourceOptions{Stdin: in})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	dst, err := OpenDest(t.Context(), stdio, src, DestOptions{Stdout: out})
	if err != nil {
		t.Fatalf("OpenDest(-) of another pipe than the source's = %v; want nil", err)
	}
	if stdio.Place(in).Overwrites(StdoutPlace(out)) {
		t.Error("a pipe overwrites another one")
	}
	if _, err := io.Copy(dst, src); err != nil {
		t.Fatal(err)
	}
	if err := dst.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	out.Close()
	if got, err := io.ReadAll(taken); string(got) != "data" || err != nil {
		t.Errorf("%q came, %v; want data", got, err)
	}
}

// TestFileIsOne: a file has something that tells.
func TestFileIsOne(t *testing.T) {
	path := filepath.Join(t.TempDir(), "src")
	if err := os.WriteFile(path, []byte("data"), 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := ParseOperand(path)
	if err != nil {
		t.Fatal(err)
	}
	src, err := OpenSource(t.Context(), file, SourceOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	if _, err := OpenDest(t.Context(), file, src, DestOptions{}); err == nil || !strings.Contains(err.Error(), "same file as source") {
		t.Errorf("OpenDest of the source = %v; want it refused", err)
	}
}
