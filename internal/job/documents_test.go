package job

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"bpcopy/internal/document"
	"bpcopy/internal/report"
)

// What the copy has come to can be asked for while it runs, and its documents tell
// the end.
func TestDocuments(t *testing.T) {
	plan, _ := planOf(t, 100_000, "a", "b")
	plan.Name = "copy"
	plan.Transfer.Series = true
	var files [2]memory
	for i, name := range []string{"x.md", "x.html"} {
		form, err := document.FormOf(name)
		if err != nil {
			t.Fatal(err)
		}
		plan.Documents = append(plan.Documents, Document{files[i].file(name), form})
	}
	j := New(plan)
	quit, gone := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(gone)
		for {
			if run := j.SoFar(); run.Summary.Name != "copy" || !run.Running {
				t.Errorf("SoFar() = %+v; want a copy that runs", run.Summary)
			}
			select {
			case <-quit:
				return
			default:
			}
		}
	}()
	result := j.Run(t.Context())
	close(quit)
	<-gone
	if err := result.Err(); err != nil {
		t.Fatal(err)
	}
	var bytes int64
	for _, bucket := range result.Run.Series.Destinations[1] {
		bytes += bucket.Bytes
	}
	if bytes != 100_000 || result.Run.Summary.Bytes != 100_000 {
		t.Errorf("the run has %d bytes, in its series %d; want 100,000", result.Run.Summary.Bytes, bytes)
	}
	for i := range files {
		if !strings.Contains(files[i].String(), "100000 B") {
			t.Errorf("the document %s does not tell the bytes", plan.Documents[i].Name)
		}
	}
}

// A document that cannot be written is one failure of the copy, which is complete.
func TestBrokenDocument(t *testing.T) {
	plan, folder := planOf(t, 1000, "dst")
	form, err := document.FormOf("x.md")
	if err != nil {
		t.Fatal(err)
	}
	broken := memory{err: io.ErrShortWrite}
	plan.Documents = []Document{{broken.file("x.md"), form}}
	result := New(plan).Run(t.Context())
	const want = `close report "x.md": short write; the destinations are complete`
	if err := result.Err(); err == nil || err.Error() != want || result.ExitStatus() != report.Failed {
		t.Errorf("Run() = %v, status %v; want %s", err, result.ExitStatus(), want)
	}
	if got := inFolder(t, folder); len(got) != 2 {
		t.Errorf("the folder has %q; want dst and src", got)
	}
}

// One that cannot be opened keeps the copy from being made, and those that were
// opened before tell so.
func TestDocumentsThatDoNotOpen(t *testing.T) {
	plan, folder := planOf(t, 1000, "dst")
	form, err := document.FormOf("x.md")
	if err != nil {
		t.Fatal(err)
	}
	var first memory
	closed := errors.New("closed")
	plan.Documents = []Document{{first.file("x.md"), form}, {File{"y.md", func(context.Context) (io.WriteCloser, error) { return nil, closed }}, form}}
	result := New(plan).Run(t.Context())
	if err := result.Err(); err == nil || err.Error() != closed.Error() {
		t.Errorf("Run() = %v; want %v", err, closed)
	}
	if got := inFolder(t, folder); len(got) != 1 || !strings.Contains(first.String(), "Failed: closed.") {
		t.Errorf("the folder has %q, and the first document is %q", got, first.String())
	}
}
