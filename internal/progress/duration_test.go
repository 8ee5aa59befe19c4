package progress

import (
	"testing"
	"time"
)

func TestFormatDuration(t *testing.T) {
	tests := []struct {
		d                    time.Duration
		seconds, tenths, eta string
	}{
		{-1, "0s", "0.0s", "-"},
		{0, "0s", "0.0s", "0s"},
		{1, "0s", "0.0s", "1s"},
		{99 * time.Millisecond, "0s", "0.0s", "1s"},
		{3299 * time.Millisecond, "3s", "3.2s", "4s"},
		{7 * time.Second, "7s", "7.0s", "7s"},
		{time.Minute - 1, "59s", "59.9s", "1m00s"},
		{time.Minute, "1m00s", "1m00s", "1m00s"},
		{65 * time.Second, "1m05s", "1m05s", "1m05s"},
		{time.Hour - 1, "59m59s", "59m59s", "1h00m"},
		{2*time.Hour + 9*time.Minute, "2h09m", "2h09m", "2h09m"},
		{day, "1d00h", "1d00h", "1d00h"},
		{99*day + 23*time.Hour, "99d23h", "99d23h", "99d23h"},
		{100 * day, ">99d", ">99d", ">99d"},
		{maxETA, ">99d", ">99d", ">99d"},
	}
	for _, tt := range tests {
		if got := formatSeconds(tt.d); got != tt.seconds {
			t.Errorf("formatSeconds(%d) = %q; want %q", tt.d, got, tt.seconds)
		}
		if got := formatTenths(tt.d); got != tt.tenths {
			t.Errorf("formatTenths(%d) = %q; want %q", tt.d, got, tt.tenths)
		}
		if got := formatETA(tt.d); got != tt.eta {
			t.Errorf("formatETA(%d) = %q; want %q", tt.d, got, tt.eta)
		}
	}
}

// The times of the line fit in the fields that they have.
func TestFormatShortDuration(t *testing.T) {
	tests := []struct {
		d                   time.Duration
		short, clock, taken string
	}{
		{-1, "0s", "0:00", "0s"},
		{545_123, "0s", "0:00", "545µs"},
		{63_249 * time.Microsecond, "0s", "0:00", "63.2ms"},
		{523 * time.Millisecond, "0s", "0:00", "523ms"},
		{3980 * time.Millisecond, "3s", "0:03", "3.98s"},
		{12_680 * time.Millisecond, "12s", "0:12", "12.7s"},
		{time.Minute - 1, "59s", "0:59", "1m0s"},
		{time.Minute, "1m", "1:00", "1:00"},
		{754*time.Second + 600*time.Millisecond, "12m", "12:34", "12:35"},
		{time.Hour - 1, "59m", "59:59", "1h00m"},
		{10*time.Hour + 2*time.Minute, "10h", "10h02m", "10h02m"},
		{76 * time.Hour, "3d", "3d04h", "3d04h"},
		{99*day + 23*time.Hour, "99d", "99d23h", "99d23h"},
		{maxETA, ">99d", ">99d", ">99d"},
	}
	for _, tt := range tests {
		if got := formatShort(tt.d); got != tt.short {
			t.Errorf("formatShort(%d) = %q; want %q", tt.d, got, tt.short)
		}
		if got := formatClock(tt.d); got != tt.clock {
			t.Errorf("formatClock(%d) = %q; want %q", tt.d, got, tt.clock)
		}
		if got := formatTaken(tt.d); got != tt.taken || cells(got) > clockCells {
			t.Errorf("formatTaken(%d) = %q; want %q, in %d cells", tt.d, got, tt.taken, clockCells)
		}
	}
}
