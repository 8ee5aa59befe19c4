package demo

import (
	"fmt"
	"strings"

	"bpcopy/internal/scenario"
	"bpcopy/internal/units"
)

// buffers tells how full each buffer was at most, from the source to the first
// destination. It is empty without stages: then the summary tells.
func (d *Demo) buffers(run scenario.Summary) string {
	marks := d.scenario.StageMarks()
	if len(marks) == 0 {
		return ""
	}
	peaks := []string{peak("source", run.PeakReadableLength, d.scenario.ReadAhead(), d.scenario.ReadsObjects())}
	for i, stage := range run.Stages {
		name := fmt.Sprintf("stage %d", i+1)
		peaks = append(peaks,
			peak("into "+name, stage.PeakWritableLength, marks[i].Writable, marks[i].Objects),
			peak("out of "+name, stage.PeakReadableLength, marks[i].Readable, marks[i].ReadableObjects))
	}
	if len(run.PeakWritableLength) > 0 {
		peaks = append(peaks, peak("destination", run.PeakWritableLength[0], d.scenario.HighWaterMark(), d.scenario.WritesObjects()))
	}
	return "buffered at most: " + strings.Join(peaks, ", ")
}

// peak tells the largest length of one buffer, and its mark.
func peak(name string, length, mark int64, objects bool) string {
	if objects {
		return fmt.Sprintf("%s %d of %d chunks", name, length, mark)
	}
	return fmt.Sprintf("%s %v of %v", name, units.Size(length), units.Size(mark))
}
