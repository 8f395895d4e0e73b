package stack

import "testing"

// A file in one line has its errors in one order, each time that it is read.
func TestErrorsOfOneLineHaveOneOrder(t *testing.T) {
	const text = "{services: {c: {}, a: {}, b: {image: a, revisions: {y.z: {image: a}, x.y: {image: a}, latest: {image: a}}}}, configs: {B: {content: a}, A: {content: a}}, secrets: {C: {content: a}}, volumes: {E.F: {size: 1}, D.E: {size: 1}}}"
	_, first := Read(text, open)
	if first == nil {
		t.Fatal("nothing is wrong")
	}
	for range 20 {
		if _, err := Read(text, open); err == nil || err.Error() != first.Error() {
			t.Fatalf("%v\nand then\n%v", first, err)
		}
	}
}
