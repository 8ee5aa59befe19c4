package ledger

import (
	"encoding/binary"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"bpcopy/internal/side"
	"bpcopy/internal/stream"
)

// render writes a track as bytes/length/held in ms for each bucket.
func render(buckets []Bucket) string {
	var s strings.Builder
	for _, b := range buckets {
		s.WriteString(fmt.Sprintf("%d/%d/%v ", b.Bytes, b.Length, b.Held))
	}
	return s.String()
}

func TestSeries(t *testing.T) {
	b := book{kept(1)}
	b.Moved(0, stream.FromSource, 7)
	b.write(0, 0, 7, 7, true)
	b.pause(500*time.Microsecond, stream.CauseBackpressure)
	b.Moved(3500*time.Microsecond, 0, 7) // two in each millisecond
	b.drain(3500*time.Microsecond, 0)
	b.resume(3500*time.Microsecond, stream.CauseDrain)
	b.write(4*ms, 0, 2, 2, false)
	got := b.Series(6 * ms)
	if got.Width != ms || len(got.Destinations) != 1 {
		t.Fatalf("%d destinations in buckets of %v; want 1, 1ms", len(got.Destinations), got.Width)
	}
	if got, want := render(got.Source), "7/0/500µs 0/0/1ms 0/0/1ms 0/0/500µs 0/0/0s 0/0/0s 0/0/0s "; got != want {
		t.Errorf("source:\n%s; want\n%s", got, want)
	}
	if got, want := render(got.Destinations[0]), "2/7/1ms 2/7/1ms 2/7/1ms 1/7/500µs 0/2/0s 0/2/0s 0/2/0s "; got != want {
		t.Errorf("destination:\n%s; want\n%s", got, want)
	}
}

// kept is a ledger that keeps a series.
func kept(destinations int) *Ledger {
	l := New(destinations)
	l.KeepSeries()
	return l
}

// A destination that stands for many is told totals, and has what they grew by in each
// bucket.
func TestCounted(t *testing.T) {
	l := kept(1)
	l.Counted(0, 0, 2, 1)
	l.Counted(ms/2, 0, 3, 1)
	l.Counted(2*ms, 0, 3, 4)
	got := l.Series(2 * ms).Destinations[0]
	for i, want := range []Bucket{{WritesFalse: 3, Drains: 1}, {}, {Drains: 3}} {
		if got[i] != want {
			t.Errorf("bucket %d is %+v; want %+v", i, got[i], want)
		}
	}
	if d := l.Snapshot(2*ms, side.Neither).Destinations[0]; d.WritesFalse != 3 || d.Drains != 4 {
		t.Errorf("%d refused, %d drains; want the last totals, 3 and 4", d.WritesFalse, d.Drains)
	}
}

// A ledger that keeps no series counts all the same.
func TestNoSeries(t *testing.T) {
	b := book{New(1)}
	b.write(ms, 0, 7, 7, true)
	b.Moved(time.Hour, 0, 7)
	if got := b.Series(time.Hour); got.Source != nil || got.Destinations != nil {
		t.Errorf("Series() = %+v; want none", got)
	}
	want := Destination{Bytes: 7, Writes: 1, WritesFalse: 1, Length: 7, PeakLength: 7, Full: time.Hour - ms, Alone: time.Hour - ms}
	if got := b.Snapshot(time.Hour, side.Neither).Destinations[0]; got != want {
		t.Errorf("the destination is at %+v; want %+v", got, want)
	}
}

// A stall in which events say that nothing moved stays empty.
func TestSeriesKeepsGaps(t *testing.T) {
	b := book{kept(1)}
	b.Moved(1*ms, 0, 10)
	b.write(3*ms, 0, 10, 10, false)
	b.Moved(3*ms, 0, 20)
	b.Moved(4*ms, 0, 30)
	if got, want := render(b.Series(4 * ms).Destinations[0]), "10/0/0s 0/0/0s 0/0/0s 20/10/0s 0/10/0s "; got != want {
		t.Errorf("destination:\n%s; want\n%s", got, want)
	}
}

func TestWidth(t *testing.T) {
	for _, tt := range []struct {
		at, width time.Duration
		buckets   int
	}{
		{0, ms, 1},
		{511 * ms, ms, 512},
		{512*ms - 1, ms, 512},
		{512 * ms, 2 * ms, 257},
		{1024 * ms, 4 * ms, 257},
		{time.Hour, 8192 * ms, 440},
		{math.MaxInt64, ms << 35, 269},
	} {
		got := kept(1).Series(tt.at)
		if got.Width != tt.width || len(got.Source) != tt.buckets {
			t.Errorf("Series(%v): %d buckets of %v; want %d of %v", tt.at, len(got.Source), got.Width, tt.buckets, tt.width)
		}
	}
}

func TestFold(t *testing.T) {
	b := book{kept(1)}
	for i := range time.Duration(Buckets) {
		b.write(i*ms, 0, 1, int64(i), false)
		b.Moved(i*ms, 0, int64(i)+1)
	}
	b.Buffered(Buckets*ms, 0, 0, 0)
	got := b.Series(Buckets * ms).Destinations[0]
	for i, bucket := range got[:Buckets/2] {
		if bucket.Bytes != 2 || bucket.Length != int64(2*i+1) {
			t.Errorf("bucket %d = %+v; want 2 bytes, length %d", i, bucket, 2*i+1)
		}
	}
	if got[Buckets/2] != (Bucket{Length: Buckets - 1}) {
		t.Errorf("bucket %d = %+v; want the length that there was until then", Buckets/2, got[Buckets/2])
	}
}

// Only so many destinations have a series; all have their counts.
func TestManyDestinations(t *testing.T) {
	l := kept(1000)
	for i := range 1000 {
		book{l}.write(ms, i, 1, 1, true)
	}
	for i := range 1000 {
		l.Moved(time.Hour, i, int64(i))
	}
	if got := l.Series(time.Hour); len(got.Destinations) != maxDrawn || got.Destinations[9][439].Bytes == 0 {
		t.Errorf("%d series, the tenth ends with %v; want 64 and bytes", len(got.Destinations), got.Destinations[9][439])
	}
	if got := l.Snapshot(time.Hour, side.Neither); got.Destinations[999].Bytes != 999 || got.Destinations[999].Full != time.Hour-ms {
		t.Errorf("the last destination is at %+v; want 999 bytes, full for an hour", got.Destinations[999])
	}
}

// FuzzSeries tells anything at any times, and holds the sums of the series
// against the totals.
func FuzzSeries(f *testing.F) {
	f.Add([]byte{0, 0, 0, 0, 0, 0, 0, 1, 200, 3, 1, 0, 0, 0, 0, 0, 0, 9, 100, 7})
	f.Add([]byte{0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 255, 0, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 1, 2, 3, 4, 5, 6, 7, 3})
	f.Fuzz(func(t *testing.T, told []byte) {
		const destinations = 3
		l := kept(destinations)
		b := book{l}
		var totals [1 + destinations]int64
		var now time.Duration
		for ; len(told) >= 10; told = told[10:] {
			at := time.Duration(binary.BigEndian.Uint64(told)) >> (told[9] >> 3)
			end, what := int(told[9]&3)-1, told[8]&7
			now = max(now, at)
			switch what {
			case 0, 1, 2:
				if grown := totals[1+end] + int64(told[8])<<(told[9]>>3); grown >= 0 {
					totals[1+end] = grown
				}
				b.Moved(at, end, totals[1+end])
			case 3:
				b.Buffered(at, end, int64(told[8]), int64(told[8]))
			case 4:
				b.write(at, max(end, 0), 1, int64(told[8]), true)
			case 5:
				b.to(at, stream.Kind(told[8]>>3)%(stream.Callback+1), max(end, 0))
			case 6:
				b.pause(at, stream.CauseBackpressure)
			case 7:
				b.resume(at, stream.CauseDrain)
			}
		}
		checkSums(t, l, now, totals[0])
	})
}

// checkSums holds the sums of the series against the totals.
func checkSums(t *testing.T, l *Ledger, now time.Duration, read int64) {
	t.Helper()
	series, s := l.Series(now), l.Snapshot(now, side.Neither)
	sum := func(buckets []Bucket) (bytes, length int64, held time.Duration) {
		for _, b := range buckets {
			bytes, length, held = bytes+b.Bytes, max(length, b.Length), held+b.Held
			if b.Bytes < 0 || b.Held < 0 || b.Held > series.Width {
				t.Errorf("bucket %+v of %v", b, series.Width)
			}
		}
		return bytes, length, held
	}
	if bytes, _, held := sum(series.Source); bytes != read || s.Read != read || held != s.Paused {
		t.Errorf("source: %d bytes, paused %v; want %d, %v", bytes, held, read, s.Paused)
	}
	for i, d := range s.Destinations {
		var refused, drained int64
		for _, b := range series.Destinations[i] {
			refused, drained = refused+b.WritesFalse, drained+b.Drains
		}
		if refused != d.WritesFalse || drained != d.Drains {
			t.Errorf("destination %d: %d writes returned false, %d drains; want %d, %d", i, refused, drained, d.WritesFalse, d.Drains)
		}
		if bytes, length, held := sum(series.Destinations[i]); bytes != d.Bytes || length != d.PeakLength || held != d.Full {
			t.Errorf("destination %d: %d bytes, most %d, full %v; want %d, %d, %v", i, bytes, length, held, d.Bytes, d.PeakLength, d.Full)
		}
	}
}
