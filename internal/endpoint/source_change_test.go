//go:build unix

package endpoint

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// changing is a source file of ten bytes and what happens to it after half of them have been read.
func changing(t *testing.T, happens func(path string) error) (*Source, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "in")
	writeFile(t, path, "0123456789", 0o644)
	src := readySource(t, path, SourceOptions{})
	t.Cleanup(func() { src.Close() })
	if n, err := src.Read(make([]byte, 5)); n != 5 || err != nil {
		t.Fatalf("Read() = %d, %v; want 5, nil", n, err)
	}
	if err := happens(path); err != nil {
		t.Fatal(err)
	}
	return src, path
}

func extend(path string) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err == nil {
		_, err = file.WriteString("more")
		file.Close()
	}
	return err
}

func TestSourceShrinks(t *testing.T) {
	for _, size := range []int64{0, 4, 5, 7} {
		src, path := changing(t, func(path string) error { return os.Truncate(path, size) })
		_, err := io.ReadAll(src)
		want := fmt.Sprintf("read source %q: file shrank from 10 to %d bytes while being copied", path, size)
		wantError(t, "Read() at the end", err, want, "")
	}
}

func TestSourceGrows(t *testing.T) {
	src, path := changing(t, extend)
	want := fmt.Sprintf("read source %q: file grew from 10 to 14 bytes while being copied", path)
	if n, err := src.Read(make([]byte, 5)); n != 5 || err != nil {
		t.Errorf("Read() up to the first size = %d, %v; want 5, nil", n, err)
	}
	_, err := src.Read(make([]byte, 1))
	wantError(t, "Read() beyond the first size", err, want, "")
}

func TestSourceGrowsWhileSpliced(t *testing.T) {
	src, path := changing(t, extend)
	if err := src.Took(5); err != nil {
		t.Errorf("Took(all that was there) = %v; want nil", err)
	}
	want := fmt.Sprintf("read source %q: file grew from 10 to 14 bytes while being copied", path)
	wantError(t, "Took(one more)", src.Took(1), want, "")
}

// Bytes changed in place, and a size that comes back, are not noticed: that would take more than a size.
func TestSourceKeepsItsSize(t *testing.T) {
	src, _ := changing(t, func(path string) error {
		if err := os.Truncate(path, 3); err != nil {
			return err
		}
		return os.Truncate(path, 10)
	})
	wantRead(t, src, "\x00\x00\x00\x00\x00")
}

// A file that was empty at the start has an unknown size, as those in /proc have.
func TestSourceEmptyAtFirst(t *testing.T) {
	path := filepath.Join(t.TempDir(), "in")
	writeFile(t, path, "", 0o644)
	src := readySource(t, path, SourceOptions{})
	defer src.Close()
	if err := extend(path); err != nil {
		t.Fatal(err)
	}
	wantRead(t, src, "more")
}

// Standard input is measured from where it stands; errors tell the sizes of the whole file.
func TestSourceStdinShrinks(t *testing.T) {
	for _, to := range []int64{10, 8} {
		path := filepath.Join(t.TempDir(), "in")
		writeFile(t, path, "0123456789", 0o644)
		stdin, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer stdin.Close()
		if _, err := stdin.Seek(2, io.SeekStart); err != nil {
			t.Fatal(err)
		}
		src := readySource(t, "-", SourceOptions{Stdin: stdin})
		if err := os.Truncate(path, to); err != nil {
			t.Fatal(err)
		}
		if to == 10 {
			wantRead(t, src, "23456789")
			continue
		}
		_, err = io.ReadAll(src)
		wantError(t, "Read() at the end", err, `read source "-": file shrank from 10 to 8 bytes while being copied`, "")
	}
}

// A file in /sys gives less than its size, always.
func TestSourceShorterThanItsSize(t *testing.T) {
	const path = "/sys/kernel/mm/transparent_hugepage/enabled"
	want, err := os.ReadFile(path)
	if err != nil {
		t.Skip(err)
	}
	src := readySource(t, path, SourceOptions{})
	defer src.Close()
	wantRead(t, src, string(want))
}
