package progress

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
)

// gate is a terminal that takes nothing until it is opened.
type gate struct {
	open chan struct{}
	text strings.Builder
}

func (g *gate) Write(p []byte) (int, error) {
	<-g.open
	return g.text.Write(p)
}

// TestMessagesInTime: a message for which there is no room waits for it, in its order, or
// until its context ends.
func TestMessagesInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := &gate{open: make(chan struct{})}
		d := New(Options{Out: out, Mode: ModeNone, Poll: func() Sample { return Sample{} }})
		d.Start()
		d.Println("first")
		synctest.Wait() // it is being written
		for i := range maxMessages {
			d.PrintlnInTime(t.Context(), fmt.Sprint(i))
		}
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		d.PrintlnInTime(ended, "lost")
		go d.PrintlnInTime(t.Context(), "last")
		synctest.Wait()
		close(out.open)
		synctest.Wait()
		d.Stop(Finished)
		lines := strings.Split(strings.TrimSuffix(out.text.String(), "\n"), "\n")
		if len(lines) != maxMessages+2 || lines[0] != "first" || lines[maxMessages] != fmt.Sprint(maxMessages-1) || lines[maxMessages+1] != "last" {
			t.Errorf("%d lines were printed: %q; want first, all that there is room for, and last", len(lines), lines)
		}
	})
}
