//go:build !linux

package proxy

import (
	"errors"

	"bpcopy/internal/endpoint"
)

var errOnlyLinux = errors.New("only Linux tells the memory of other processes")

func mayWatch(int) (began uint64, err error) { return 0, errOnlyLinux }

func listenerAt(endpoint.Operand) (pid int, err error) { return 0, errOnlyLinux }

func memoriesOf(int, uint64) memories { return nil }

func restartPeaks(memories) bool { return false }

// cgroup is what Linux alone has.
type cgroup struct{}

func cgroupOf(int) *cgroup { return nil }

func (*cgroup) restart(memories) {}

func (*cgroup) close() {}

func (*cgroup) resident(memories) int64 { return 0 }
