"""Tables. One file a feature; names of classes end in ``Row``, so that they never pass for domain values."""

from db.models.base import Base, UtcDateTime
from db.models.booking import BookingRow
from db.models.broadcast import AnnouncementChoiceRow, AudienceRow, BroadcastRow
from db.models.delivery import DeliveryRow
from db.models.log import LogFileRow, LogRow
from db.models.people import (
    ConsentTextRow,
    InviteRow,
    MunicipalityRow,
    PersonRow,
    RoleGrantRow,
    WatchRow,
)
from db.models.programme import (
    ActivityMentorRow,
    ActivityRow,
    EditRow,
    ForumFactRow,
    SlotChangeRow,
    SlotRow,
    SlotVersionRow,
    VenueRow,
)
from db.models.question import (
    QuestionMessageRow,
    QuestionRow,
    QuestionTopicRow,
    SavedAnswerRow,
    TopicMessageRow,
)
from db.models.state import FormStateRow, WatermarkRow

__all__ = [
    "SavedAnswerRow",
    "QuestionRow",
    "QuestionMessageRow",
    "QuestionTopicRow",
    "TopicMessageRow",
    "BroadcastRow",
    "AudienceRow",
    "AnnouncementChoiceRow",
    "ActivityMentorRow",
    "ActivityRow",
    "Base",
    "BookingRow",
    "DeliveryRow",
    "EditRow",
    "FormStateRow",
    "ForumFactRow",
    "InviteRow",
    "LogFileRow",
    "LogRow",
    "MunicipalityRow",
    "ConsentTextRow",
    "PersonRow",
    "RoleGrantRow",
    "SlotChangeRow",
    "SlotRow",
    "SlotVersionRow",
    "UtcDateTime",
    "VenueRow",
    "WatchRow",
    "WatermarkRow",
]
