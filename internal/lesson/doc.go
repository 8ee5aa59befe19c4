// Package lesson teaches backpressure on a web page: the picture of Node's
// guide, moved by the machine that copies.
//
// The page knows no rules. It asks for a run with the settings of its sliders,
// and gets every event of that run, from a scenario in virtual time, and what
// was buffered in between. It plays those. The page is in the folder page:
// plain HTML, CSS and JavaScript, without a build step.
//
// # Words
//
// Those of packages stream and scenario have the same sense here. In addition:
//
//   - settings: what the sliders of the page say. They are the query of a
//     request.
//   - moment: what is buffered, and what was taken, between two entries of the
//     agenda of a scenario. A length falls without an event, so events alone
//     would not do for a picture.
//   - heed: to stop writing when write() returns false.
//   - stall: time that one sink call takes in addition to the others.
package lesson
