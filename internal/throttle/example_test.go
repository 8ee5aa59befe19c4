package throttle_test

import (
	"fmt"
	"time"

	"bpcopy/internal/throttle"
	"bpcopy/internal/units"
)

// One MiB at 1 MiB/s, in slices of 256 KiB, takes a second. The caller has the
// clock and does the waiting.
func ExamplePacer() {
	p := throttle.NewPacer(1<<20, 256<<10)
	start := time.Now()
	now := start
	for left := int64(1 << 20); left > 0; {
		slice, at := p.Next(now, left, 0)
		fmt.Printf("%d KiB at %v\n", slice>>10, at.Sub(start))
		left -= slice
		now = at // a real caller waits until then, and writes
	}
	// Output:
	// 256 KiB at 250ms
	// 256 KiB at 500ms
	// 256 KiB at 750ms
	// 256 KiB at 1s
}

// A script makes a destination slow: first a rate, then a stall, then no limit.
func ExampleLine() {
	script, err := throttle.Parse("1MiB/s for 512KiB; stall for 2s; unlimited", units.ParseSize, units.ParseRate)
	if err != nil {
		fmt.Println(err)
		return
	}
	line := throttle.NewLine(script, throttle.LineOptions{Burst: 256 << 10})
	start := time.Now()
	now := start
	for left := int64(4 << 20); left > 0; {
		slice := line.Next(now, left, 0)
		fmt.Printf("%d KiB at %v\n", slice.Bytes>>10, slice.At.Sub(start))
		left -= slice.Bytes
		now = slice.At
	}
	// Output:
	// 256 KiB at 250ms
	// 256 KiB at 500ms
	// 3584 KiB at 2.5s
}

// A script can end the copy as a full disk would.
func ExampleLine_Next() {
	script, err := throttle.Parse("unlimited for 1MiB; fail ENOSPC", units.ParseSize, units.ParseRate)
	if err != nil {
		fmt.Println(err)
		return
	}
	line := throttle.NewLine(script, throttle.LineOptions{})
	for {
		slice := line.Next(time.Now(), 4<<20, 0)
		if slice.End != nil {
			fmt.Println("error:", slice.End.Err())
			return
		}
		fmt.Println(slice.Bytes, "bytes")
	}
	// Output:
	// 1048576 bytes
	// error: no space left on device
}

// The error of a script says where it is wrong, and what was expected.
func ExampleParse() {
	_, err := throttle.Parse("stall for 4MiB", units.ParseSize, units.ParseRate)
	fmt.Println(err)
	_, err = throttle.Parse("1MiB/s for 3; unlimited", units.ParseSize, units.ParseRate)
	fmt.Println(err)
	// Output:
	// column 11: want a time such as 2s after "for", got "4MiB": a stall lets no bytes through
	// column 12: "3": no unit: want a time such as 3s or a size such as 3B
}
