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
