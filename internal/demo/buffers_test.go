package demo_test

import (
	"slices"
	"strings"
	"testing"

	"bpcopy/internal/demo"
	"bpcopy/internal/report"
)

// said is what showing a demo says about its buffers.
func said(t *testing.T, doc string) []string {
	t.Helper()
	d, err := demo.Parse([]byte(doc), "staged")
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	show := demo.Show{
		Virtual: true,
		Say: func(text string) {
			if strings.HasPrefix(text, "buffered at most: ") {
				lines = append(lines, text)
			}
		},
		Write: func(*report.Summary) error { return nil },
	}
	if err := show.All(t.Context(), []*demo.Demo{d}); err != nil {
		t.Fatal(err)
	}
	return lines
}

func TestBuffersOfStages(t *testing.T) {
	const doc = `{"chunks":{"count":4,"size":1024},"source":{"mode":"sync"},"readableHighWaterMark":2048,"highWaterMark":4096,
		"stages":[{"highWaterMark":1024,"readableObjectMode":true,"readableHighWaterMark":3,"steps":[{"latency_ms":5}]}],
		"sink":[{"latency_ms":1}]}`
	want := []string{"buffered at most: source 3KiB of 2KiB, into stage 1 1KiB of 1KiB, out of stage 1 0 of 3 chunks, destination 1KiB of 4KiB"}
	if got := said(t, doc); !slices.Equal(got, want) {
		t.Errorf("buffers = %q; want %q", got, want)
	}
}

func TestNoStageNoBuffers(t *testing.T) {
	if got := said(t, `{"chunks":[{"size":5}]}`); got != nil {
		t.Errorf("buffers = %q; want none: the summary has them", got)
	}
}
