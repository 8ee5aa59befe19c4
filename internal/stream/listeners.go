package stream

import "slices"

// listener hears a rare event, which comes once. The error is that of an error event.
//
// Most are pointers to what hears it, by the name of the event. They take no memory of
// their own, of which thousands of copies at once would have much.
type listener interface{ hear(Error) }

// hearing is a listener that is a call. It can not be removed.
type hearing func(Error)

func (h hearing) hear(err Error) { h(err) }

// listeners hear one event, in the order in which they are called. A change makes
// a new list: an emit that is under way still calls those it began with, as Node's
// does.
type listeners struct {
	list []listener
}

func (l *listeners) on(h listener) { l.list = slices.Concat(l.list, []listener{h}) }

// prepend adds a listener that is called before all others.
func (l *listeners) prepend(h listener) { l.list = slices.Concat([]listener{h}, l.list) }

// remove removes a listener that is a pointer, if it is there.
func (l *listeners) remove(h listener) {
	if i := slices.Index(l.list, h); i >= 0 {
		l.list = slices.Delete(slices.Clone(l.list), i, i+1)
	}
}

func (l *listeners) emit(err Error) {
	for _, h := range l.list {
		h.hear(err)
	}
}
