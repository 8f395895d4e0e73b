package rio_test

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

func TestLastSeen(t *testing.T) {
	at := func(minute int) time.Time { return time.Date(2026, 7, 1, 12, minute, 0, 0, time.UTC) }
	made := metav1.ObjectMeta{CreationTimestamp: metav1.NewTime(at(1))}
	once := corev1.Event{ObjectMeta: made, EventTime: metav1.NewMicroTime(at(2))}
	series := *once.DeepCopy()
	series.Series = &corev1.EventSeries{LastObservedTime: metav1.NewMicroTime(at(5))}
	begun := *once.DeepCopy()
	begun.Series = &corev1.EventSeries{}
	for sentence, tc := range map[string]struct {
		event corev1.Event
		want  int
	}{
		"again and again":                {corev1.Event{ObjectMeta: made, FirstTimestamp: metav1.NewTime(at(3)), LastTimestamp: metav1.NewTime(at(4))}, 4},
		"once, by the newer API":         {once, 2},
		"often, by the newer API":        {series, 5},
		"a series that has only begun":   {begun, 2},
		"nobody says but the API server": {corev1.Event{ObjectMeta: made}, 1},
	} {
		t.Run(sentence, func(t *testing.T) {
			if got := rio.LastSeen(tc.event); !got.Equal(at(tc.want)) {
				t.Errorf("got %s, want %s", got, at(tc.want))
			}
		})
	}
}
