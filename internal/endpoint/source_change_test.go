//go:build unix

package endpoint

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// changing is a source file of ten bytes and what happens to it after half of
// them have been read.
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

// A file that grows is read to its end, and so is one that shrinks no further
// than what was read.
func TestSourceGrows(t *testing.T) {
	src, _ := changing(t, extend)
	wantRead(t, src, "56789more")
}

// What is spliced counts as what is read does.
func TestSourceIsSpliced(t *testing.T) {
	for _, shorter := range []int64{0, 1} {
		src, path := changing(t, func(string) error { return nil })
		src.Took(5 - shorter)
		if shorter == 0 {
			src.stream.(ownFile).Seek(0, io.SeekEnd)
			wantRead(t, src, "")
			continue
		}
		src.stream.(ownFile).Seek(0, io.SeekEnd)
		_, err := src.Read(make([]byte, 1))
		wantError(t, "Read() at the end", err, fmt.Sprintf("read source %q: ended after 9 of 10 bytes", path), "")
	}
}

// A file that is written anew while it is read may have its size again when the
// end is met: too little came.
func TestSourceRewritten(t *testing.T) {
	for _, size := range []int64{10, 20} {
		src, path := changing(t, func(path string) error { return os.Truncate(path, 3) })
		// What the end was met by is over before anybody looks at the size.
		src.promise.file = resized(t, path, size)
		_, err := src.Read(make([]byte, 1))
		wantError(t, "Read() at the end", err, fmt.Sprintf("read source %q: ended after 5 of 10 bytes", path), "")
	}
}

// resized is another file, of that size.
func resized(t *testing.T, path string, size int64) *os.File {
	t.Helper()
	file, err := os.Create(path + "'")
	if err == nil {
		err = file.Truncate(size)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	return file
}

// The user's word counts: an end before it is an error, of whatever source.
func TestSourcePromised(t *testing.T) {
	for _, tt := range []struct {
		content string
		opts    SourceOptions
		want    string
	}{
		{"0123456789", SourceOptions{Size: 10}, ""},
		{"0123456789", SourceOptions{Size: 3}, ""},
		{"0123456789", SourceOptions{Size: 11}, "ended after 10 of 11 bytes"},
		{"0123456789", SourceOptions{StopAt: new(int64(10)), Size: 20}, ""},
		{"0123456789", SourceOptions{StopAt: new(int64(12)), Size: 20}, "ended after 10 of 12 bytes"},
		{"", SourceOptions{Size: 1}, "ended after 0 of 1 bytes"},
		{"", SourceOptions{}, ""},
	} {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		w.WriteString(tt.content)
		w.Close()
		path := filepath.Join(t.TempDir(), "in")
		writeFile(t, path, tt.content, 0o644)
		for _, operand := range []string{"-", path} {
			opts := tt.opts
			opts.Stdin = r
			src := readySource(t, operand, opts)
			got, err := io.ReadAll(src)
			if string(got) != tt.content {
				t.Errorf("%+v: read %q; want %q", tt.opts, got, tt.content)
			}
			ended := src.Ended()
			if tt.want == "" {
				if err != nil || ended != io.EOF {
					t.Errorf("%+v: %v, Ended() = %v; want nil, EOF", tt.opts, err, ended)
				}
				continue
			}
			want := fmt.Sprintf("read source %q: %s", operand, tt.want)
			wantError(t, "Read() at the end", err, want, "")
			wantError(t, "Ended()", ended, want, "")
			src.Close()
		}
		r.Close()
	}
}

// A file that stands beyond its end has nothing more to give, and has not
// promised any.
func TestSourceStdinBeyondItsEnd(t *testing.T) {
	path := filepath.Join(t.TempDir(), "in")
	writeFile(t, path, "0123456789", 0o644)
	stdin, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	if _, err := stdin.Seek(100, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	wantRead(t, readySource(t, "-", SourceOptions{Stdin: stdin}), "")
	src := readySource(t, "-", SourceOptions{Stdin: stdin, Size: 2})
	_, err = src.Read(make([]byte, 1))
	wantError(t, "Read()", err, `read source "-": ended after 0 of 2 bytes`, "")
}

// Bytes changed in place, and a size that comes back, are not noticed: that
// would take more than a size.
func TestSourceKeepsItsSize(t *testing.T) {
	src, _ := changing(t, func(path string) error {
		if err := os.Truncate(path, 3); err != nil {
			return err
		}
		return os.Truncate(path, 10)
	})
	wantRead(t, src, "\x00\x00\x00\x00\x00")
}

// A file that was empty at the start has an unknown size, as those in /proc
// have.
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

// Standard input is measured from where it stands; errors tell the sizes of the
// whole file.
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
