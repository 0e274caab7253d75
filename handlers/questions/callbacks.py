"""Asking and answering. Every button names its question: it works for ever."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from domain.question import Importance
from handlers.fields import Id, Page


class OpenAsking(CallbackData, prefix="qa"):
    """«Вопрос координатору»."""


class AskAs(CallbackData, prefix="qi"):
    importance: Importance


class OpenMyQuestions(CallbackData, prefix="qm"):
    page: Page = 0


class OpenMyQuestion(CallbackData, prefix="qo"):
    question: Id


class AskOn(CallbackData, prefix="qw"):
    question: Id


class Solved(CallbackData, prefix="qs"):
    question: Id


class ShowFile(CallbackData, prefix="qf"):
    """The latest file of a question, for whoever may read it."""

    question: Id


class OpenWaiting(CallbackData, prefix="qc"):
    """For coordinators: what waits for an answer."""

    page: Page = 0


class OpenQuestion(CallbackData, prefix="qq"):
    question: Id


class TakeQuestion(CallbackData, prefix="qt"):
    question: Id


class AnswerQuestion(CallbackData, prefix="qr"):
    question: Id


class AnswerAsSaved(CallbackData, prefix="qv"):
    question: Id
    saved: Id


class ForgetAnswer(CallbackData, prefix="qu"):
    """A saved answer is offered no more."""

    question: Id
    saved: Id


class SaveAnswer(CallbackData, prefix="qk"):
    question: Id


class RefuseQuestions(CallbackData, prefix="qn"):
    """No more questions from whoever asked this one, or again some."""

    question: Id
    refused: bool


class HandOn(CallbackData, prefix="qh"):
    question: Id


class CloseQuestion(CallbackData, prefix="qx"):
    question: Id
