package progress

import "bpcopy/internal/picture"

// Beside is a second copy, which a picture shows below the first.
type Beside struct {
	Poll  func() Sample // as that of the first
	Names [2]string     // of both, in at most 8 characters of ASCII each
}

// frame returns the lines of a frame. Its first is the line with the bar. On a
// small terminal a picture is only that.
func (d *Display) frame(s Snapshot, columns int) []string {
	if d.opts.Mode == ModePicture {
		return d.picture(s, columns)
	}
	return []string{Render(s, columns)}
}

// picture returns the lines of a frame with a picture.
func (d *Display) picture(s Snapshot, columns int) []string {
	head := Render(s, columns)
	style := picture.Style{UTF8: d.opts.UTF8, Colour: d.opts.Colour}
	first := scene(s.Sample)
	first.Head = head
	elapsed := d.opts.Now().Sub(d.opts.Start)
	d.pictured[0].Observe(elapsed, first.Now)
	var second picture.Scene
	if d.opts.Beside != nil {
		second = scene(d.opts.Beside.Poll())
		d.pictured[1].Observe(elapsed, second.Now)
	}
	switch {
	case columns < picture.MinColumns || !d.hasRows(picture.Lines+1):
		return []string{head}
	case d.opts.Beside == nil:
		return picture.Draw(first, &d.pictured[0], style, columns)
	}
	names := d.opts.Beside.Names
	return picture.DrawPair(head,
		picture.Side{Scene: first, Name: names[0], Observed: &d.pictured[0]},
		picture.Side{Scene: second, Name: names[1], Observed: &d.pictured[1]}, style, columns)
}

// scene returns a sample as a picture shows it.
func scene(s Sample) picture.Scene {
	return picture.Scene{Now: s.Snapshot, Mark: s.HighWaterMark, ReadAhead: s.ReadAhead}
}

// hasRows reports whether the terminal is that high. It must be one row higher
// than what is drawn, or its first line is gone when something follows the last.
func (d *Display) hasRows(want int) bool {
	if d.opts.Rows == nil {
		return true
	}
	rows := d.opts.Rows()
	return rows <= 0 || rows >= want
}
