package cmd

import (
	"fmt"
	"time"

	"bpcopy/internal/progress"
	"bpcopy/internal/proxy"
)

// show shows what a proxy comes to, until stop is called. It waits for its last
// line.
func (p *proxyRun) show(name string, poll func() proxy.Snapshot) (stop func()) {
	screen := p.screen()
	meter := proxy.Meter{Name: name, UTF8: screen.UTF8}
	stopStatus := p.run.OnAsked(func() {
		status := proxy.Meter{Name: meter.Name, UTF8: meter.UTF8}
		fmt.Fprintln(p.messages, status.Plain(poll()))
	})
	mode, interval := p.opts.mode(p.app, len(p.command) > 0) // a command may write on the terminal itself
	if mode == progress.ModeNone {
		return stopStatus
	}
	frame := func(end string) {
		if mode == progress.ModeBar && screen.ANSI {
			columns := screen.Columns()
			if columns <= 0 {
				columns = 80
			}
			fmt.Fprint(screen.Out, "\r"+meter.Bar(poll(), columns-1)+"\x1b[K"+end)
		} else if end == "" {
			fmt.Fprintln(p.messages, meter.Plain(poll()))
		}
	}
	quit, gone := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(gone)
		ticker := time.NewTicker(interval)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				frame("")
			case <-quit:
				frame("\n")
				return
			}
		}
	}()
	return func() {
		close(quit)
		<-gone
		stopStatus()
	}
}
