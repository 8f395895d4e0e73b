package cli

import (
	"context"
	"fmt"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/pkg/stack"
)

// edited finds what an edited text changes. Who thinks about a question takes none of the time.
func (m *mutation) edited(ctx context.Context, t thing, shown, text string, prompt bool) (w *stackWork, err error) {
	own := *m
	defer func() { err = masked(err, own.mask) }()
	w = &stackWork{mutation: &own, name: t.ref.Namespace, only: t.ref.Service}
	reading, done := m.within(ctx)
	w.source, w.kept, err = m.client.StackFile(reading, w.name)
	done()
	if err != nil {
		return nil, err
	}
	own.mask = w.source.Mask(w.name)
	if t.kind == typeService {
		err = w.readService(text, t.ref)
	} else {
		err = w.readEdited(shown, text, prompt)
		own.mask = own.mask.And(w.source.Mask(w.name))
	}
	if err != nil {
		return nil, err
	}
	planning, done := m.within(ctx)
	defer done()
	if err := w.plan(planning); err != nil {
		return nil, err
	}
	return w, w.failure()
}

// republish is what an editor that changes nothing does: a service gets its URL of now, should the
// domain or the gateway's certificate have changed since it was published.
func (m *mutation) republish(ctx context.Context, t thing) error {
	ctx, done := m.within(ctx)
	defer done()
	gw, moved, err := m.moved(ctx, t)
	if err != nil {
		return err
	}
	if !moved {
		m.o.talk("no change for %s", t)
		return nil
	}
	var after rio.Service
	result, err := m.apply(ctx, t.ref, decide(func(s rio.Service) (_ rio.Service, err error) {
		after, err = plan.Republish(s, gw)
		return after, err
	}))
	if err != nil {
		return err
	}
	m.o.talkURLs(after, rio.Latest)
	return m.print(t.ref, result)
}

// moved reports whether a service gets another URL when it is published anew, by the gateway of now.
func (m *mutation) moved(ctx context.Context, t thing) (gw plan.Gateway, moved bool, err error) {
	if t.kind != typeService {
		return gw, false, nil
	}
	snap, err := m.client.Load(ctx, t.ref)
	if err != nil || !snap.Service.Published() {
		return gw, false, err
	}
	gw, err = m.client.Gateway(ctx)
	return gw, gw.Moved(snap.Service), err
}

// readService reads the text of one service, which says nothing of the others.
func (w *stackWork) readService(text string, ref rio.Ref) (err error) {
	if w.file, err = stack.Read(text, w.source.Open); err != nil {
		return err
	}
	for name := range w.file.Services {
		if name != ref.Service {
			return fmt.Errorf("the text is of service %q, and %q is another one; add it with run, or edit the stack", ref.Service, name)
		}
	}
	if len(w.file.Routes) > 0 {
		return fmt.Errorf("the text is of service %q, and routes are the stack's; edit that: kubectl rio edit %s/", ref.Service, ref.Namespace)
	}
	if len(w.file.Services) == 0 {
		return fmt.Errorf("service %q is missing in the text; remove it with: kubectl rio rm -n %s %s", ref.Service, ref.Namespace, ref.Service)
	}
	return nil
}

// readEdited reads the text of a stack, with the answers of the last time and those to new questions. It
// has docker-compose's rules where what was shown was such a file, and not where it was how the stack is now.
func (w *stackWork) readEdited(shown, text string, prompt bool) (err error) {
	stays := w.source.Compose && shown == w.source.Exported()
	w.source.Text, w.source.Compose = text, stays || stack.IsCompose(text)
	answers := w.source.AnswersIn(w.name)
	if !w.source.Compose {
		inquiry := stack.Inquiry{Stack: w.name, Stored: w.source.Answers, Env: stack.LookupIn(nil), Prompt: prompt}
		if w.o.mayAsk() {
			inquiry.Ask = w.o.askQuestion
		}
		if answers, err = stack.Answer(text, inquiry); err != nil {
			return err
		}
		w.source.Answers = stack.Kept(text, answers)
	}
	w.file, err = w.source.Read(answers, w.source.Open)
	return err
}
