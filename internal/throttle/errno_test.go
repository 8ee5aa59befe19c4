package throttle

import (
	"errors"
	"syscall"
	"testing"
)

func TestEndErr(t *testing.T) {
	for _, tt := range []struct {
		code string
		want error
	}{
		{"", nil}, {"EIO", syscall.EIO}, {"ENOSPC", syscall.ENOSPC}, {"ECONNRESET", syscall.ECONNRESET}, {"EPIPE", syscall.EPIPE},
	} {
		if got := (&End{Code: tt.code}).Err(); !errors.Is(got, tt.want) {
			t.Errorf("End{%q}.Err() = %v; want %v", tt.code, got, tt.want)
		}
	}
}
