"""Work in, an outcome out: one run of the main job, step by step, without any orchestrator."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from flows.context import CaseWork
from flows.keep import Settled, conclusion, settle
from flows.outcome import NOT_CONCLUDED, Outcome, case_token
from flows.outside import outside
from flows.receive import Received, account, as_kept, mend, receive
from flows.trip import Frame, Read, read_files
from flows.turn import close, turn
from flows.watch import watch
from flows.work import Work
from parsers.child import Job
from pipeline.codec import fingerprint
from pipeline.errors import KnowledgeError, StoreError
from store.batches import Refused, is_of_one
from store.conclusions import Conclusion
from store.records import Store
from store.runs import Alarm

BATCH_CASES = 100
"""Cases in a batch: a task for each would cost more than its work."""

MOST_BATCHES = 50
"""Most batches of cases in a night; each then holds more of them."""


def plain(work: Work) -> Outcome:
    """The whole run in this process."""
    with turn(work) as own:
        received = receive(own)
        numbers = range(len(received.shares))
        with ThreadPoolExecutor(max_workers=own.readers.pool.lanes) as threads:
            read = list(threads.map(lambda number: read_portion(own, received, number), numbers))
        settled = settle_all(own, received, read)
        changed = [conclude_batch(own, settled, number) for number in range(case_batches(settled))]
        return outcome(own, received, settled, changed)


def read_portion(work: Work, received: Received, number: int) -> tuple[Read, ...]:
    """One share of the files, read from their originals and normalised."""
    jobs, seen = received.shares[number], reading(work, received)

    def advance() -> None:
        seen()
        work.store.beat()

    with work.log.step("read", share=number, files=len(jobs)) as step:
        read = kept(work, read_files(work.readers, jobs, advance=advance), jobs)
        step.found(readable=sum(each.result.report.status.is_read for each in read))
    return read


def reading(work: Work, received: Received) -> Callable[[], object]:
    """What is called after each file that is read, for whoever looks on."""
    return work.begin("reading", sum(map(len, received.shares)))


def kept(work: Work, reads: Iterable[Read], jobs: Iterable[Job]) -> tuple[Read, ...]:
    """The same, held where it is not of the original that was kept; a damaged one is put away."""
    same = [as_kept(work.readers, each, job) for each, job in zip(reads, jobs, strict=True)]
    mend(work, same)
    return tuple(same)


def settle_all(work: Work, received: Received, read: Iterable[Sequence[Read]]) -> Settled:
    """Every report stored in its case or held, what was read before with what was read now."""
    reads = received.in_order(one for portion in (received.known, *read) for one in portion)
    known = outside(work.gathered.findings, work.readers.assays)
    # The same pair reads the same: what was read by another is told apart.
    read_with = f"{work.frame.code_version} {fingerprint(work.readers.assays)}"
    with work.log.step("store", reports=len(reads)) as step:
        settled = settle(
            work.store,
            reads,
            known,
            work.gathered.patients,
            read_with=read_with,
            stored=partial(watch, work),
            advance=work.begin("storing", len(reads) + len(known)),
        )
        step.found(held=len(settled.held), cases=len(settled.cases))
    doubted = sum(each.is_doubted for each in settled.cases)
    if doubted:
        told = f"{doubted} case(s) in doubt: a held file contradicts whose they are"
        work.store.sound(Alarm(code="identity_doubt", sentence=told))
    return settled


def case_batches(settled: Settled) -> int:
    """How many batches of cases there are."""
    return -(-len(settled.cases) // _in_a_batch(settled))


def _in_a_batch(settled: Settled) -> int:
    return max(BATCH_CASES, -(-len(settled.cases) // MOST_BATCHES))


def conclude_batch(work: Work, settled: Settled, number: int) -> tuple[str, ...]:
    """One batch of cases interpreted and stored together; the ids of those that changed.

    A case that cannot be concluded is told by an alarm and stops none of the others. It stays
    stale in the database, so that the next run makes it again.
    """
    size = _in_a_batch(settled)
    batch = settled.cases[number * size : (number + 1) * size]
    advance = work.begin("concluding", len(settled.cases))
    with work.log.step("conclude", batch=number, cases=len(batch)) as step:
        made = [each for case in batch if (each := _made(work, case, advance))]
        answers = list(zip(made, work.store.save_cases(made), strict=True))
        step.found(changed=sum(answer is True for _, answer in answers))
    for each, answer in answers:
        if isinstance(answer, Refused):
            not_concluded(work, each.case_id, answer.code)
    return tuple(each.case_id for each, answer in answers if answer is True)


def tried(store: Store, frame: Frame, case: CaseWork) -> Conclusion | str:
    """The case made again, or the code of what is wrong with it: a fault of this case alone.

    `KnowledgeError` and a `StoreError` of the database itself stop the others too.
    """
    try:
        return conclusion(store, frame, case)
    except KnowledgeError:
        raise
    except StoreError as error:
        if not is_of_one(error):
            raise
        return error.code
    except Exception as error:  # noqa: BLE001 - whatever it is, the other cases are concluded
        return type(error).__name__


def not_concluded(work: Work, case_id: str, why: str) -> None:
    """Sound the alarm that a case was not concluded; *why* is a code."""
    told = f"case {case_token(case_id)} was not concluded: {why}"
    work.store.sound(Alarm(code=NOT_CONCLUDED, sentence=told))


def _made(work: Work, case: CaseWork, advance: Callable[[], object]) -> Conclusion | None:
    made = tried(work.store, work.frame, case)
    advance()
    if isinstance(made, str):
        not_concluded(work, case.case_id, made)
        return None
    return made


def outcome(
    work: Work, received: Received, settled: Settled, changed: Iterable[Sequence[str]]
) -> Outcome:
    """The end of the run: its account stands in the database, and is told."""
    tables = len({row.case for row in work.gathered.findings})
    whole = account(work, received)
    work.log.say("account", **vars(whole))
    alarms = close(work, whole)
    return Outcome(
        files=len(received.taken) + tables,
        read=settled.read,
        held=settled.held,
        cases=tuple(each.case_id for each in settled.cases),
        changed=tuple(case for batch in changed for case in batch),
        absent=work.gathered.absent,
        others=received.others,
        account=whole,
        alarms=alarms,
        run=work.store.run_id,
    )
