package transfer

import (
	"context"
	"errors"
	"fmt"
	"time"

	"bpcopy/internal/errno"
	"bpcopy/internal/side"
	"bpcopy/internal/stream"
)

// IdleError is the end of a copy in which no byte moved for too long.
type IdleError struct {
	Timeout time.Duration
	Side    side.Side // the side that was waited for; neither if it was a stage
}

func (e *IdleError) Error() string {
	return fmt.Sprintf("no byte moved for %v", e.Timeout)
}

// MemoryError is the end of a copy that ignored backpressure.
type MemoryError struct {
	Limit int64 // bytes
}

func (e *MemoryError) Error() string {
	return fmt.Sprintf("memory limit of %d bytes reached: the source was not held back while the destination was full", e.Limit)
}

// errCode is the code under which err appears in events: the system's name for
// it where it has one.
func errCode(err error) string {
	switch {
	case errors.As(err, new(*IdleError)), errors.As(err, new(*SlowError)):
		return "ETIMEDOUT"
	case errors.As(err, new(*MemoryError)):
		return "ENOMEM"
	case errors.Is(err, context.Canceled):
		return stream.CodeAborted
	}
	if code := errno.NameOf(err); code != "" {
		return code
	}
	return "ERR_UNKNOWN"
}
